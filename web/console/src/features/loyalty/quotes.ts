import { post } from "../../shared/api/http";
import { type Reading, reading } from "../../shared/api/read";
import { firstType } from "./pointTypes";

export interface Basket {
  amountMinor: number;
  category: string;
  at: string;
  tier: string;
  nthOrder: number;
  birthMonth: number;
}

export interface QuotedRule {
  rule: string;
  title: string;
  points: number;
  capped: number;
}

/** What a basket would earn of one type of points. */
export interface QuotedType {
  type: string;
  /** Empty for the program's own points. */
  title: string;
  scale: number;
  points: number;
  rules: QuotedRule[];
}

/** What a basket would earn under a program's document that need not be in force: of its own points, then of each further type. */
export async function quote(definition: unknown, basket: Basket): Promise<QuotedType[]> {
  const r = reading(await post("/v1/loyalty/quotes", {
    definition,
    at: basket.at,
    tier: basket.tier === "" ? null : basket.tier,
    nth_order: basket.nthOrder,
    birth_month: basket.birthMonth,
    lines: [{ sku: "A1", category: basket.category, amount_minor: basket.amountMinor }],
  }));
  const program = reading(definition);
  return [
    { type: firstType, title: program.text("points_title"), scale: program.number("scale"), points: r.number("points"), rules: r.list(toRule, "rules") },
    ...r.list((x) => ({ type: x.text("point_type"), title: x.text("title"), scale: x.number("scale"), points: x.number("points"), rules: x.list(toRule, "rules") }), "further"),
  ];
}

function toRule({ raw }: Reading<{ rule: string; title: string; points: number; capped: number }>): QuotedRule {
  const rule = reading(raw);
  return { rule: rule.text("rule"), title: rule.text("title"), points: rule.number("points"), capped: rule.number("capped") };
}
