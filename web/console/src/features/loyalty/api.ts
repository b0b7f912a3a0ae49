import { get, post } from "../../shared/api/http";
import { type Reading, reading } from "../../shared/api/read";

export interface Tier {
  name: string;
  title: string;
  /** Growth needed to reach it. */
  threshold: number;
  /** 100 is once, 150 one and a half times the points. */
  earnPercent: number | null;
  members: number | null;
  benefits: string[];
}

export interface Rate {
  points: number | null;
  eachMinor: number | null;
}

export interface Program {
  name: string;
  title: string;
  version: number;
  zone: string;
  currency: string;
  /** So many points for each so many minor units; null where the server's shape is not understood. */
  earn: Rate;
  growth: Rate;
  withShipping: boolean;
  enrolment: string;
  refundPolicy: string;
  validityMonths: number | null;
  roundUp: string;
  tiers: Tier[];
  members: number | null;
  pending: number | null;
  spendable: number | null;
  issued: number | null;
  spent: number | null;
  expired: number | null;
  /** Points that expire within thirty days. */
  expiringSoon: number | null;
  liabilityMinor: number | null;
  /** The definition as it is live, whatever its shape. */
  body: Record<string, unknown>;
}

export async function fetchProgram(name: string, signal?: AbortSignal): Promise<Program> {
  const r = reading(await get(`/v1/programs/${encodeURIComponent(name)}`, {}, signal));
  const definition = r.child("body", "definition");
  const d = Object.keys(definition.raw).length > 0 ? definition : r;
  const earn = d.child("earn");
  const totals = r.child("totals", "points", "balances");
  const counted = r.child("tier_members", "population");
  return {
    name: r.text("name", "program") || name,
    title: r.text("title") || d.text("title"),
    version: r.number("version"),
    zone: d.text("zone"),
    currency: d.text("currency") || r.text("currency"),
    earn: toRate(earn.has("rate") ? earn.child("rate") : earn),
    growth: toRate(d.child("growth")),
    withShipping: earn.flag("with_shipping"),
    enrolment: d.text("enrolment"),
    refundPolicy: d.text("refund_policy"),
    validityMonths: d.child("validity").numberOrNull("months"),
    roundUp: d.child("validity").text("round_up"),
    tiers: (d.has("tiers") ? d : r).list(
      (tier) => ({
        name: tier.text("name", "tier"),
        title: tier.text("title"),
        threshold: tier.number("from", "threshold", "growth"),
        earnPercent: tier.numberOrNull("earn_percent"),
        members: tier.numberOrNull("members", "count", "population") ?? counted.numberOrNull(tier.text("name", "tier")),
        benefits: tier.texts("benefits"),
      }),
      "tiers",
    ),
    members: r.numberOrNull("members", "members_active", "active_members"),
    pending: totals.numberOrNull("pending") ?? r.numberOrNull("points_pending"),
    spendable: totals.numberOrNull("spendable") ?? r.numberOrNull("points_spendable"),
    issued: totals.numberOrNull("earned", "issued") ?? r.numberOrNull("points_earned"),
    spent: totals.numberOrNull("spent") ?? r.numberOrNull("points_spent"),
    expired: totals.numberOrNull("expired") ?? r.numberOrNull("points_expired"),
    expiringSoon: totals.numberOrNull("expiring_30_days", "expiring_soon") ?? r.numberOrNull("points_expiring_30_days", "expiring_30_days"),
    liabilityMinor: totals.numberOrNull("liability_minor") ?? r.numberOrNull("liability_minor"),
    body: d.raw,
  };
}

function toRate(r: Reading): Rate {
  return { points: r.numberOrNull("points"), eachMinor: r.numberOrNull("each_minor") };
}

/** Gives (or takes, when negative) points by hand. The key makes a second click the same adjustment. */
export async function adjustPoints(personId: string, adjustment: { points: number; reason: string; expires_at?: string }, key: string): Promise<void> {
  await post(`/v1/persons/${encodeURIComponent(personId)}/points-adjustments`, adjustment, { "Idempotency-Key": key });
}
