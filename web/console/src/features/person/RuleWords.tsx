import { useTranslation } from "react-i18next";
import { signed } from "../../shared/format/number";

const byHand = "by hand: ";

/** What made a movement of points: a reason that somebody wrote, or the rule as the ledger notes it. */
export function RuleWords({ rule }: { rule: string }) {
  const { t } = useTranslation();
  if (rule === "") return null;
  if (rule.startsWith(byHand)) return <span className="quiet">{t("points.by_hand", { reason: rule.slice(byHand.length) })}</span>;
  return <span className="quiet">{t("points.by_rule")} <code>{rule}</code></span>;
}

/** What each rule of a program gave or took, by its title. */
export function GaveWords({ gave, rule }: { gave: { rule: string; title: string; points: number }[]; rule: string }) {
  const { t } = useTranslation();
  const words = gave.map((g) => `${g.rule === "base" ? t("points.base") : g.title} ${signed(g.points)}`);
  return <span className="quiet" title={rule}>{words.join(t("points.between"))}</span>;
}
