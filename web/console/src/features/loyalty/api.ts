import { get, post } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Reading, reading } from "../../shared/api/read";
import { type PointType, toPointType } from "./pointTypes";

export interface Tier {
  name: string;
  title: string;
  /** Growth from which it is reached. */
  threshold: number;
  /** 100 is once, 150 one and a half times the points. */
  earnPercent: number;
  members: number;
  byInvitation: boolean;
  /** How long it lasts when it is bought; null for a tier that is not. */
  paidDays: number | null;
  /** Several thresholds instead of one. */
  needs: { any: boolean; thresholds: { of: string; from: number }[] } | null;
}

/** How tiers are reached, kept and lost. */
export interface Qualification {
  of: string;
  window: string;
  rollingDays: number | null;
  rollingMonths: number | null;
  upgrade: string;
  downgrade: string;
  graceDays: number;
  keepDays: number;
  keepUntil: string;
  refunds: string;
}

/** What members have beside points for spending, as the program says. */
export interface ProgramBenefit {
  name: string;
  title: string;
  kind: string;
  tiers: string[];
  /** Of gifts: to whom, by tier; the empty tier is everybody else. */
  gives: { tier: string; points: number; voucher: string }[];
  daysBefore: number;
  times: number | null;
  per: string;
}

export interface Rate {
  points: number | null;
  eachMinor: number | null;
}

/** A program in force, who is in it, and its points in total. */
export interface Program {
  name: string;
  title: string;
  version: number;
  zone: string;
  currency: string;
  members: number;
  formerMembers: number;
  earn: Rate;
  growth: Rate;
  withShipping: boolean;
  enrolment: string;
  refundPolicy: string;
  /** Null: for ever. */
  validityMonths: number | null;
  roundUp: string;
  /** Days that points wait after completion; null: none. */
  pendingDays: number | null;
  /** So many days before points end, members hear of it. */
  reminders: number[];
  benefits: ProgramBenefit[];
  tiers: Tier[];
  /** Null: growth ever counted, at once. */
  qualification: Qualification | null;
  pending: number;
  /** What the brand owes: positive balances only. */
  spendable: number;
  /** What members owe. */
  debt: number;
  earned: number;
  spent: number;
  expired: number;
  /** Of the spendable points, those that end within thirty days. */
  expiringSoon: number;
  /** Every type of points with what is owed of it; the first is the program's own. */
  types: (PointType & { pending: number; spendable: number; debt: number; earned: number; spent: number; expired: number; expiringSoon: number })[];
}

export async function fetchProgram(name: string, signal?: AbortSignal): Promise<Program> {
  const r = reading(await get(`/v1/programs/${encodeURIComponent(name)}`, {}, signal));
  const definition = r.child("definition");
  const totals = r.child("totals");
  return {
    name: r.text("name"),
    title: r.text("title"),
    version: r.number("version"),
    zone: r.text("zone"),
    currency: r.text("currency"),
    members: r.number("members"),
    formerMembers: r.number("former_members"),
    earn: toRate(definition.child("earn").child("rate")),
    growth: toRate(definition.child("growth")),
    withShipping: definition.child("earn").flag("with_shipping"),
    enrolment: definition.text("enrolment") || "on_joining",
    refundPolicy: definition.text("refund_policy") || "within_balance",
    validityMonths: definition.child("validity").numberOrNull("months"),
    pendingDays: definition.child("pending").numberOrNull("days"),
    roundUp: definition.child("validity").text("round_up"),
    reminders: numbersOf(definition.child("expiry_reminders").raw.days_before),
    benefits: definition.list(toBenefit, "benefits"),
    tiers: toTiers(r, definition),
    qualification: definition.has("qualification") ? toQualification(definition.child("qualification")) : null,
    pending: totals.number("pending"),
    spendable: totals.number("spendable"),
    debt: totals.number("debt"),
    earned: totals.number("earned"),
    spent: totals.number("spent"),
    expired: totals.number("expired"),
    expiringSoon: totals.number("expiring30_days"),
    types: r.list((x) => {
      const of = x.child("totals");
      return { ...toPointType(x), pending: of.number("pending"), spendable: of.number("spendable"), debt: of.number("debt"), earned: of.number("earned"), spent: of.number("spent"), expired: of.number("expired"), expiringSoon: of.number("expiring30_days") };
    }, "point_types"),
  };
}

function toBenefit(r: Reading): ProgramBenefit {
  const gift = (tier: string, g: Reading) => ({ tier, points: g.number("points"), voucher: g.text("voucher") });
  const tiers = r.raw.tiers;
  return {
    name: r.text("name"),
    title: r.text("title"),
    kind: r.text("kind"),
    tiers: Array.isArray(tiers) ? tiers.map(String) : [],
    gives: [...(r.has("gives") ? [gift("", r.child("gives"))] : []), ...Object.keys(r.child("by_tier").raw).map((tier) => gift(tier, r.child("by_tier").child(tier)))],
    daysBefore: r.number("days_before"),
    times: r.has("quota") ? r.child("quota").number("times") : null,
    per: r.child("quota").text("per"),
  };
}

function numbersOf(list: unknown): number[] {
  return Array.isArray(list) ? list.filter((n) => typeof n === "number") : [];
}

function toTiers(r: Reading<Schemas["ProgramView"]>, definition: Reading): Tier[] {
  const rules = definition.list((rule) => rule, "tiers");
  return r.list((tier) => {
    const rule = rules.find((d) => d.text("name") === tier.text("name"));
    const needs = rule?.child("needs");
    return {
      name: tier.text("name"),
      title: tier.text("title") || tier.text("name"),
      threshold: tier.number("from"),
      earnPercent: tier.number("earn_percent"),
      members: tier.number("members"),
      byInvitation: rule?.flag("by_invitation") ?? false,
      paidDays: rule?.child("paid").numberOrNull("days") ?? null,
      needs: rule?.has("needs") && needs ? { any: needs.has("any"), thresholds: needs.list((n) => ({ of: n.text("of"), from: n.number("from") }), needs.has("any") ? "any" : "all") } : null,
    };
  }, "tiers");
}

function toQualification(q: Reading): Qualification {
  return {
    of: q.text("of") || "growth",
    window: q.text("window") || "ever",
    rollingDays: q.numberOrNull("rolling_days"),
    rollingMonths: q.numberOrNull("rolling_months"),
    upgrade: q.text("upgrade") || "at_once",
    downgrade: q.text("downgrade") || "to_value",
    graceDays: q.number("grace_days"),
    keepDays: q.child("keep").number("days"),
    keepUntil: q.child("keep").text("until"),
    refunds: q.text("refunds") || "end_of_day",
  };
}

function toRate(r: Reading): Rate {
  return { points: r.numberOrNull("points"), eachMinor: r.numberOrNull("each_minor") };
}

/** The live programs with their types of points; the first is the program's own. */
export async function fetchPrograms(signal?: AbortSignal): Promise<{ name: string; title: string; types: PointType[] }[]> {
  return reading(await get("/v1/programs", {}, signal)).list((p) => ({ name: p.text("name"), title: p.text("title"), types: p.list(toPointType, "point_types") }), "items");
}

/** Gives (or takes, when negative) points by hand. The key makes a second click the same adjustment. Beyond what one person may give it waits for another: then "asked". */
export async function adjustPoints(personId: string, adjustment: { points: number; point_type?: string; reason: string; expires_at?: string }, key: string): Promise<"done" | "asked"> {
  return "request_id" in (await post(`/v1/persons/${encodeURIComponent(personId)}/points-adjustments`, adjustment, { "Idempotency-Key": key })) ? "asked" : "done";
}
