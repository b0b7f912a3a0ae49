import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { signed } from "../../shared/format/number";
import { firstType } from "../loyalty/pointTypes";

const byHand = "by hand: ";

/** What made a movement of points: a reason that somebody wrote, or the rule as the ledger notes it. */
export function RuleWords({ rule }: { rule: string }) {
  const { t } = useTranslation();
  if (rule === "") return null;
  if (rule.startsWith(byHand)) return <span className="quiet">{t("points.by_hand", { reason: rule.slice(byHand.length) })}</span>;
  return <span className="quiet" title={rule}>{rule.split(", ").map((part) => partWords(part, t)).join(t("points.between"))}</span>;
}

/** "base +340", "validity", "default v2" and the like, in words; a rule of the program by its name. */
function partWords(part: string, t: TFunction): string {
  const version = /^(\S+) v(\d+)$/.exec(part);
  if (version) return t("points.by_version", { version: version[2] });
  const gave = /^(\S+) ([+-]\d+)$/.exec(part);
  if (gave) return `${gave[1] === "base" ? t("points.base") : gave[1]} ${signed(Number(gave[2]))}`;
  const benefit = /^benefit (\S+)$/.exec(part);
  if (benefit) return t("points.by_benefit", { benefit: benefit[1] });
  const waited = /^after (\d+) days$/.exec(part);
  if (waited) return t("points.by_activation", { days: waited[1] });
  const converted = /^converted (to|from) (\S+)$/.exec(part);
  if (converted) return converted[1] === "to" ? t("points.by_conversion_to", { type: typeWords(converted[2] ?? "", t) }) : t("points.by_conversion_from", { type: typeWords(converted[2] ?? "", t) });
  if (part === "what they paid for was returned") return t("points.by_return");
  return part === "validity" ? t("points.by_validity") : part;
}

const typeWords = (type: string, t: TFunction): string => (type === firstType ? t("points.first_type") : type);

/** What each rule of a program gave or took, by its title. */
export function GaveWords({ gave, rule }: { gave: { rule: string; title: string; points: number }[]; rule: string }) {
  const { t } = useTranslation();
  const words = gave.map((g) => `${g.rule === "base" ? t("points.base") : g.title} ${signed(g.points)}`);
  return <span className="quiet" title={rule}>{words.join(t("points.between"))}</span>;
}
