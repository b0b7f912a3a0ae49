import { useTranslation } from "react-i18next";
import { exactMoney } from "../../shared/format/money";
import type { Terms } from "./api";

/** What customers read of an offer, in the console's language. */
export function useOfferWords() {
  const { t, i18n } = useTranslation();
  return {
    title: (terms: Terms) => (i18n.language.startsWith("zh") ? terms.title : terms.titleEn),
    /** "20% off, at most ¥50, from ¥200". */
    gives: (terms: Terms) =>
      [
        terms.percent === null ? t("offer.amount_off", { amount: exactMoney(terms.amountMinor ?? 0, terms.currency) }) : t("offer.percent_off", { rate: i18n.language.startsWith("zh") ? (100 - terms.percent) / 10 : terms.percent }),
        terms.mostMinor === null ? "" : t("offer.at_most", { amount: exactMoney(terms.mostMinor, terms.currency) }),
        terms.minimumSpendMinor === 0 ? "" : t("offer.from", { amount: exactMoney(terms.minimumSpendMinor, terms.currency) }),
      ].filter((s) => s !== "").join(t("offer.and")),
  };
}
