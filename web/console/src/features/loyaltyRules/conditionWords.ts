import type { TFunction } from "i18next";
import { exactMoney } from "../../shared/format/money";

const token = /"(?:[^"\\]|\\.)*"|>=|<=|!=|[=<>(),]|[^\s(),=<>!"]+/g;

/** Fields whose value is money in minor units. */
const money = new Set(["amount_minor", "line_amount_minor"]);

/**
 * A condition's text (docs/audiences.md) in the reader's words: names of fields, comparisons and amounts are said, what is quoted stays as it is.
 * What it does not know it leaves as it stands, so that nothing is said wrongly.
 */
export function conditionWords(text: string, t: TFunction, currency: string): string {
  const tokens = text.match(token) ?? [];
  const words: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const now = tokens[i] ?? "";
    const [op, value] = [tokens[i + 1] ?? "", tokens[i + 2] ?? ""];
    const special = `condition.special.${now}.${op}.${value}`;
    if (t(special, { defaultValue: "" }) !== "") {
      words.push(t(special));
      i += 2;
    } else if (op === "=" && /^\d+$/.test(value) && t(`condition.is.${now}`, { defaultValue: "" }) !== "") {
      words.push(t(`condition.is.${now}`, { value }));
      i += 2;
    } else if (money.has(now) && /^\d+$/.test(value)) {
      words.push(`${t(`condition.field.${now}`)} ${t(`condition.op.${op}`, { defaultValue: op })} ${exactMoney(Number(value), currency)}`);
      i += 2;
    } else if (now.startsWith('"')) words.push(now.slice(1, -1));
    else words.push(t(`condition.word.${now}`, { defaultValue: "" }) || t(`condition.field.${now}`, { defaultValue: "" }) || t(`condition.op.${now}`, { defaultValue: "" }) || now);
  }
  return words.join(" ").replace(/\( /g, "(").replace(/ \)/g, ")").replace(/ ,/g, t("condition.comma")).replace(/ {2,}/g, " ");
}
