import { post } from "../../shared/api/http";
import { reading } from "../../shared/api/read";

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

/** What a basket would earn under a program's document that need not be in force. */
export async function quote(definition: unknown, basket: Basket): Promise<{ points: number; rules: QuotedRule[] }> {
  const r = reading(await post("/v1/loyalty/quotes", {
    definition,
    at: basket.at,
    tier: basket.tier === "" ? null : basket.tier,
    nth_order: basket.nthOrder,
    birth_month: basket.birthMonth,
    lines: [{ sku: "A1", category: basket.category, amount_minor: basket.amountMinor }],
  }));
  return { points: r.number("points"), rules: r.list((rule) => ({ rule: rule.text("rule"), title: rule.text("title"), points: rule.number("points"), capped: rule.number("capped") }), "rules") };
}
