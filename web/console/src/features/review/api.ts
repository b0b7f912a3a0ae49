import { get, post, remove } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Reading, reading } from "../../shared/api/read";

export interface Side {
  person: string;
  name: string;
  gender: string;
  birthday: string;
  province: string;
  city: string;
  points: { namespace: string; value: string; isOwn: boolean }[];
  channels: string[];
  firstSeen: string | null;
  lastSeen: string | null;
  card: string;
  tier: string;
  pointsSpendable: number | null;
  orders: number;
  netMinor: number;
  currency: string;
}

/** What one field says for (positive) or against one person, in bits. */
export interface FieldSays {
  field: string;
  level: string;
  bits: number;
}

/** Two persons who may be one. */
export interface Pair {
  id: string;
  probability: number;
  bits: number;
  priorBits: number;
  kinBits: number;
  fields: FieldSays[];
  refusal: string;
  state: string;
  answeredBy: string;
  answeredAt: string | null;
  model: number;
  revealed: boolean;
  a: Side;
  b: Side;
}

export const pairStates = ["waiting", "later", "linked", "same", "different"] as const;
export type PairState = (typeof pairStates)[number];
export type Answer = "same" | "different" | "later";

export interface Queue {
  pairs: Pair[];
  more: boolean;
  counts: Record<PairState, number>;
}

export async function fetchQueue(state: PairState, limit: number, signal?: AbortSignal): Promise<Queue> {
  const r = reading(await get("/v1/identity/pairs", { state, limit }, signal));
  const counts = r.child("counts");
  return {
    pairs: r.list(toPair, "items"),
    more: r.has("next"),
    counts: { waiting: counts.number("waiting"), later: counts.number("later"), linked: counts.number("linked"), same: counts.number("same"), different: counts.number("different") },
  };
}

export const answerPair = async (id: string, answer: Answer, key: string): Promise<Pair> => toPair(reading(await post(`/v1/identity/pairs/${id}/answer`, { answer }, { "Idempotency-Key": key })));

export const takeBack = async (id: string): Promise<Pair> => toPair(reading(await remove(`/v1/identity/pairs/${id}/answer`)));

/** Begins to compare all persons, or only who changed since; answers the job. */
export const compare = async (changedOnly: boolean): Promise<string> => reading(await post("/v1/identity/matchings", { changed_only: changedOnly })).text("job_id");

export interface Threshold {
  from: number;
  same: number;
  different: number;
  precision: number | null;
  recall: number | null;
}

export async function fetchEvaluation(signal?: AbortSignal): Promise<{ answered: number; thresholds: Threshold[] }> {
  const r = reading(await get("/v1/identity/pairs/evaluation", {}, signal));
  return {
    answered: r.number("answered"),
    thresholds: r.list((t) => ({ from: t.number("from"), same: t.number("same"), different: t.number("different"), precision: t.numberOrNull("precision"), recall: t.numberOrNull("recall") }), "thresholds"),
  };
}

function toPair(r: Reading<Schemas["PairView"]>): Pair {
  const why = r.child("evidence");
  return {
    id: r.text("pair_id"),
    probability: r.number("probability"),
    bits: r.number("bits"),
    priorBits: why.number("prior_bits"),
    kinBits: why.number("kin_bits"),
    fields: why.list((f) => ({ field: f.text("field"), level: f.text("level"), bits: f.number("bits") }), "fields"),
    refusal: r.text("refusal"),
    state: r.text("state"),
    answeredBy: r.text("answered_by"),
    answeredAt: r.textOrNull("answered_at"),
    model: r.number("model"),
    revealed: r.flag("revealed"),
    a: toSide(r.child("a")),
    b: toSide(r.child("b")),
  };
}

function toSide(r: Reading<Schemas["PairSide"]>): Side {
  return {
    person: r.text("person_id"),
    name: r.text("name"),
    gender: r.text("gender"),
    birthday: r.text("birthday"),
    province: r.text("province"),
    city: r.text("city"),
    points: r.list((p) => ({ namespace: p.text("namespace"), value: p.text("value"), isOwn: p.flag("is_own") }), "points"),
    channels: r.texts("channels"),
    firstSeen: r.textOrNull("first_seen"),
    lastSeen: r.textOrNull("last_seen"),
    card: r.text("card"),
    tier: r.text("tier_title"),
    pointsSpendable: r.numberOrNull("points_spendable"),
    orders: r.number("orders"),
    netMinor: r.number("net_minor"),
    currency: r.text("currency"),
  };
}
