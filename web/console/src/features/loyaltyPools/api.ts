import { get, post } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Page, page, type Reading, reading } from "../../shared/api/read";

/** Members who spend together. */
export interface Pool {
  id: string;
  title: string;
  /** open, closed. */
  state: string;
  /** soonest_expiry, spender_first. */
  draws: string;
  owner: string;
  ownerName: string;
  /** What its members hold together, whatever limits they set. */
  spendable: number;
  openedAt: string;
  members: Place[];
}

export interface Place {
  personId: string;
  name: string;
  /** invited, member, left. */
  state: string;
  /** So many of this member's points may the others spend in a month; null: any number. */
  mostPerMonth: number | null;
  spendable: number;
  since: string;
}

/** What a pool spent. */
export interface PoolRedemption {
  id: string;
  personId: string;
  points: number;
  returned: number;
  at: string;
  reason: string;
  order: { number: string; channel: string; shop: string } | null;
  parts: { personId: string; points: number; returned: number }[];
}

const path = <P extends string>(id: string, rest: P) => `/v1/loyalty/pools/${encodeURIComponent(id)}/${rest}` as const;

export async function fetchPools(filters: Record<string, string>, cursor: string | null, signal?: AbortSignal): Promise<Page<Pool>> {
  return page(await get("/v1/loyalty/pools", { ...filters, cursor }, signal), toPool);
}

export async function fetchPool(id: string, signal?: AbortSignal): Promise<Pool> {
  return toPool(reading(await get(`/v1/loyalty/pools/${encodeURIComponent(id)}`, {}, signal)));
}

export async function fetchPoolsOf(personId: string, signal?: AbortSignal): Promise<Pool[]> {
  return reading(await get(`/v1/persons/${encodeURIComponent(personId)}/pools`, {}, signal)).list(toPool, "items");
}

export async function fetchRedemptions(pool: string, cursor: string | null, signal?: AbortSignal): Promise<Page<PoolRedemption>> {
  return page(await get(path(pool, "redemptions"), { cursor }, signal), toRedemption);
}

/** Answers the new pool's number; the key makes a second click the same pool. */
export async function openPool(owner: string, title: string, draws: string, key: string): Promise<string> {
  return reading(await post("/v1/loyalty/pools", { person_id: Number(owner), title, draws }, keyed(key))).text("pool_id");
}

export async function invite(pool: Pool, guest: string, mostPerMonth: number | null, key: string): Promise<void> {
  await post(path(pool.id, "invitations"), { person_id: Number(pool.owner), guest: Number(guest), most_per_month: mostPerMonth }, keyed(key));
}

export async function join(pool: string, personId: string, key: string): Promise<void> {
  await post(path(pool, "joining"), { person_id: Number(personId) }, keyed(key));
}

/** A member leaves or declines; when it is the owner, the pool is closed. */
export async function leave(pool: string, personId: string, key: string): Promise<void> {
  await post(path(pool, "leaving"), { person_id: Number(personId) }, keyed(key));
}

/** How many of a member's points the others may spend in a month; null: any number. */
export async function limit(pool: string, by: string, member: string, mostPerMonth: number | null, key: string): Promise<void> {
  await post(path(pool, "limits"), { person_id: Number(by), member: Number(member), most_per_month: mostPerMonth }, keyed(key));
}

/** All that has not come back yet goes to each what was theirs. */
export async function giveBack(redemption: string, key: string): Promise<void> {
  await post(`/v1/loyalty/pools/redemptions/${encodeURIComponent(redemption)}/returns`, {}, keyed(key));
}

const keyed = (key: string) => ({ "Idempotency-Key": key });

function toPool(r: Reading<Schemas["PoolView"]>): Pool {
  return {
    id: r.text("pool_id"),
    title: r.text("title"),
    state: r.text("state"),
    draws: r.text("draws"),
    owner: r.text("owner"),
    ownerName: r.text("owner_name"),
    spendable: r.number("spendable"),
    openedAt: r.text("opened_at"),
    members: r.list((m) => ({ personId: m.text("person_id"), name: m.text("name"), state: m.text("state"), mostPerMonth: m.numberOrNull("most_per_month"), spendable: m.number("spendable"), since: m.text("since") }), "members"),
  };
}

function toRedemption(r: Reading<Schemas["PoolRedemptionView"]>): PoolRedemption {
  return {
    id: r.text("pool_redemption_id"),
    personId: r.text("person_id"),
    points: r.number("points"),
    returned: r.number("returned"),
    at: r.text("at"),
    reason: r.text("reason"),
    order: r.childOrNull((o) => ({ number: o.text("number"), channel: o.text("channel"), shop: o.text("shop") }), "order"),
    parts: r.list((p) => ({ personId: p.text("person_id"), points: p.number("points"), returned: p.number("returned") }), "parts"),
  };
}
