import { useTranslation } from "react-i18next";

const byHand = "by hand: ";

/** What made a movement of points: a reason that somebody wrote, or the rule as the ledger notes it. */
export function RuleWords({ rule }: { rule: string }) {
  const { t } = useTranslation();
  if (rule === "") return null;
  if (rule.startsWith(byHand)) return <span className="quiet">{t("points.by_hand", { reason: rule.slice(byHand.length) })}</span>;
  return <span className="quiet">{t("points.by_rule")} <code>{rule}</code></span>;
}
