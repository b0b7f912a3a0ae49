import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { signed } from "../../shared/format/number";
import { useLedgers } from "../loyalty/useLedgers";

const byHand = "by hand: ";

/** What made a movement of points: a reason that somebody wrote, or the rule as the ledger notes it. */
export function RuleWords({ rule }: { rule: string }) {
  const { t } = useTranslation();
  const ledgers = useLedgers();
  // The version that decided names the ledger: program, or program:type.
  const program = /(?:^|, )([^\s:]+)\S* v\d+$/.exec(rule)?.[1] ?? "";
  if (rule === "") return null;
  if (rule.startsWith(byHand)) return <span className="quiet">{t("points.by_hand", { reason: rule.slice(byHand.length) })}</span>;
  const spent = spending(rule, t);
  if (spent) return <span className="quiet">{spent}</span>;
  return <span className="quiet" title={rule}>{rule.split(", ").map((part) => partWords(part, t, (type) => ledgers.typeTitle(program, type))).join(t("points.between"))}</span>;
}

/** "redeemed: a mug", "redeemed by pool 3", "reserved": what points were spent or kept for; null for any other rule. */
function spending(rule: string, t: TFunction): string | null {
  const [, how, pool, reason = ""] = /^(redeemed|reserved)(?: by pool (\d+))?(?:: ([^]*))?$/.exec(rule) ?? [];
  if (how === undefined) return null;
  const words = pool !== undefined ? t("points.by_pool", { pool }) : how === "reserved" ? t("points.by_reservation") : t("points.by_redemption");
  return reason === "" ? words : t("points.because", { words, reason });
}

/** "base +340", "validity", "default v2" and the like, in words; a rule of the program by its name. */
function partWords(part: string, t: TFunction, typeTitle: (type: string) => string): string {
  const version = /^(\S+) v(\d+)$/.exec(part);
  if (version) return t("points.by_version", { version: version[2] });
  const gave = /^(\S+) ([+-]\d+)$/.exec(part);
  if (gave) return `${gave[1] === "base" ? t("points.base") : gave[1]} ${signed(Number(gave[2]))}`;
  const benefit = /^benefit (\S+)$/.exec(part);
  if (benefit) return t("points.by_benefit", { benefit: benefit[1] });
  const waited = /^after (\d+) days$/.exec(part);
  if (waited) return t("points.by_activation", { days: waited[1] });
  const converted = /^converted (to|from) (\S+)$/.exec(part);
  if (converted) return converted[1] === "to" ? t("points.by_conversion_to", { type: typeTitle(converted[2] ?? "") }) : t("points.by_conversion_from", { type: typeTitle(converted[2] ?? "") });
  if (part === "what they paid for was returned") return t("points.by_return");
  if (part === "released") return t("points.by_release");
  if (part === "not needed") return t("points.by_rest");
  if (part === "not confirmed in time") return t("points.by_lapse");
  return part === "validity" ? t("points.by_validity") : part;
}

/** What each rule of a program gave or took, by its title. */
export function GaveWords({ gave, rule }: { gave: { rule: string; title: string; points: number }[]; rule: string }) {
  const { t } = useTranslation();
  const words = gave.map((g) => `${g.rule === "base" ? t("points.base") : g.title} ${signed(g.points)}`);
  return <span className="quiet" title={rule}>{words.join(t("points.between"))}</span>;
}
