import { get } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Page, page, type Reading, reading } from "../../shared/api/read";
import type { Conversion } from "../loyalty/conversions";
import { firstType, type PointType, toPointType } from "../loyalty/pointTypes";

export interface Identifier {
  id: string;
  namespace: string;
  scope: string;
  value: string;
  verified: boolean;
  firstSeen: string | null;
  lastSeen: string | null;
  source: string;
}

export interface Membership {
  program: string;
  card: string;
  state: string;
  tier: string;
  tierSince: string | null;
  growth: number;
  tierTitle: string;
  /** Null at the top. */
  /** of: growth, spend (minor units) or orders. */
  next: { title: string; from: number; missing: number; of: string } | null;
  pending: number;
  spendable: number;
  earned: number;
  spent: number;
  expired: number;
  nextExpiryAt: string | null;
  joinedAt: string | null;
  joinedChannel: string;
}

export interface Consent {
  via: string;
  purpose: string;
  point: string;
  granted: boolean;
  evidence: string;
  source: string;
  at: string | null;
}

export interface Person {
  id: string;
  name: string;
  gender: string;
  birthday: string;
  province: string;
  city: string;
  language: string;
  attributes: [string, string][];
  firstChannel: string;
  firstSeen: string | null;
  lastSeen: string | null;
  channels: string[];
  identifiers: Identifier[];
  membership: Membership | null;
  worth: {
    currency: string;
    orders: number;
    salesMinor: number;
    refundedMinor: number;
    netMinor: number;
    firstOrder: string | null;
    lastOrder: string | null;
    recencyDays: number | null;
    orderValueMinor: number | null;
  };
  consents: Consent[];
  audiences: { name: string; title: string }[];
  aliases: string[];
  /** Phones and addresses that others claim too. */
  contested: { id: string; namespace: string; value: string; personId: string; candidates: string[] }[];
}

export async function fetchPerson(id: string, signal?: AbortSignal): Promise<Person> {
  const r = reading(await get(`/v1/persons/${encodeURIComponent(id)}`, {}, signal));
  const profile = r.child("profile");
  const identifiers = r.list(toIdentifier, "identifiers");
  const worth = r.child("worth");
  const channels = r.texts("channels");
  return {
    id: r.text("person_id"),
    name: profile.text("name"),
    gender: profile.text("gender"),
    birthday: profile.text("birthday"),
    province: profile.text("province"),
    city: profile.text("city"),
    language: profile.text("language"),
    attributes: profile.child("attributes").entries().map(([k, v]) => [k, String(v as string)]),
    firstChannel: r.text("first_channel"),
    firstSeen: r.textOrNull("first_seen"),
    lastSeen: r.textOrNull("last_seen"),
    channels: channels.length > 0 ? channels : [r.text("first_channel")].filter((c) => c !== ""),
    identifiers,
    membership: r.has("membership") ? toMembership(r.child("membership")) : null,
    worth: {
      currency: worth.text("currency"),
      orders: worth.number("orders"),
      salesMinor: worth.number("sales_minor"),
      refundedMinor: worth.number("refunded_minor"),
      netMinor: worth.number("net_minor"),
      firstOrder: worth.textOrNull("first_order"),
      lastOrder: worth.textOrNull("last_order"),
      recencyDays: worth.numberOrNull("recency_days"),
      orderValueMinor: worth.numberOrNull("order_value_minor"),
    },
    consents: r.list(toConsent, "consents"),
    audiences: r.list((a) => ({ name: a.text("name"), title: a.text("title") }), "audiences"),
    aliases: r.texts("aliases"),
    contested: r.list((c) => ({ id: c.text("id"), namespace: c.text("namespace"), value: c.text("value"), personId: c.text("person_id"), candidates: c.texts("candidates") }), "contested"),
  };
}

function toIdentifier(r: Reading<Schemas["IdentifierView"]>): Identifier {
  return { id: r.text("id"), namespace: r.text("namespace"), scope: r.text("scope"), value: r.text("value"), verified: r.flag("verified"), firstSeen: r.textOrNull("first_seen"), lastSeen: r.textOrNull("last_seen"), source: r.text("source") };
}

function toMembership(r: Reading<Schemas["MembershipView"]>): Membership {
  const next = r.child("next_tier");
  return {
    program: r.text("program"),
    card: r.text("card"),
    state: r.text("state"),
    tier: r.text("tier"),
    tierSince: r.textOrNull("tier_since"),
    growth: r.number("growth"),
    tierTitle: r.text("tier_title") || r.text("tier"),
    next: r.has("next_tier") ? { title: next.text("title") || next.text("name"), from: next.number("from"), missing: next.number("missing"), of: next.text("of") || "growth" } : null,
    pending: r.number("points_pending"),
    spendable: r.number("points_spendable"),
    earned: r.number("points_earned"),
    spent: r.number("points_spent"),
    expired: r.number("points_expired"),
    nextExpiryAt: r.textOrNull("next_expiry_at"),
    joinedAt: r.textOrNull("joined_at"),
    joinedChannel: r.text("joined_channel"),
  };
}

function toConsent(r: Reading<Schemas["ConsentView"]>): Consent {
  return { via: r.text("via"), purpose: r.text("purpose"), point: r.text("point"), granted: r.flag("granted"), evidence: r.text("evidence"), source: r.text("source"), at: r.textOrNull("at") };
}

export interface TimelineLine {
  key: string;
  at: string | null;
  kind: string;
  channel: string;
  titleCode: string;
  data: Record<string, unknown>;
  /** Why it happened, in English; the console says it in its own words where it knows the data. */
  reason: string;
}

export async function fetchTimeline(id: string, kinds: string, cursor: string | null, signal?: AbortSignal): Promise<Page<TimelineLine>> {
  return page(await get(`/v1/persons/${encodeURIComponent(id)}/timeline`, { kinds, cursor }, signal), (r) => ({
    key: r.text("id"),
    at: r.textOrNull("at"),
    kind: r.text("kind"),
    channel: r.text("channel"),
    titleCode: r.text("title_code"),
    data: r.child("data").raw,
    reason: r.text("reason"),
  }));
}

export interface Lot {
  id: string;
  state: string;
  amount: number;
  remaining: number;
  earnedAt: string | null;
  activeAt: string | null;
  expiresAt: string | null;
  orderId: string;
}

export interface Entry {
  id: string;
  kind: string;
  pending: number;
  spendable: number;
  growth: number;
  at: string | null;
  /** What made it, in the ledger's words; a hand-given reason after "by hand: ". */
  rule: string;
  /** What each rule of the program gave or took; base is the program's rate. */
  gave: { rule: string; title: string; points: number }[];
  orderId: string;
  orderNumber: string;
  lotId: string;
}

export interface PointsOfPerson {
  balances: {
    pending: number;
    spendable: number;
    /** Of the spendable ones, those whose validity has ended and that can no longer be spent. */
    due: number;
    earned: number;
    spent: number;
    expired: number;
    growth: number;
    nextExpiryAt: string | null;
    nextExpiryPoints: number | null;
  };
  /** The balances of every type of points; the first is the program's own. */
  types: (PointType & { spendable: number })[];
  /** Which type may become which. */
  conversions: Conversion[];
  lots: Lot[];
  entries: Entry[];
  next: string | null;
}

export async function fetchPoints(id: string, type: string, cursor: string | null, signal?: AbortSignal): Promise<PointsOfPerson> {
  const r = reading(await get(`/v1/persons/${encodeURIComponent(id)}/points`, { cursor, point_type: type === firstType ? "" : type }, signal));
  const b = r.child("balances");
  return {
    balances: {
      pending: b.number("pending"),
      spendable: b.number("spendable"),
      due: b.number("due"),
      earned: b.number("earned"),
      spent: b.number("spent"),
      expired: b.number("expired"),
      growth: b.number("growth"),
      nextExpiryAt: b.textOrNull("next_expiry_at"),
      nextExpiryPoints: b.numberOrNull("next_expiry_points"),
    },
    types: r.list((x) => ({ ...toPointType(x), spendable: x.number("spendable") }), "types"),
    conversions: r.list((c) => ({ from: c.text("from"), to: c.text("to"), points: c.number("points"), gives: c.number("gives") }), "conversions"),
    lots: r.list(
      (l) => ({ id: l.text("lot_id"), state: l.text("state"), amount: l.number("amount"), remaining: l.number("remaining"), earnedAt: l.textOrNull("earned_at"), activeAt: l.textOrNull("active_at"), expiresAt: l.textOrNull("expires_at"), orderId: l.text("order_id") }),
      "lots",
    ),
    entries: r.list(toEntry, "entries"),
    next: r.textOrNull("next"),
  };
}

/** An entry of an order: which points, as an order may move several. */
export interface TypedEntry extends Entry {
  program: string;
  type: string;
}

type EntryFields = "entry_id" | "kind" | "pending" | "spendable" | "growth" | "at" | "rule" | "gave" | "order_id" | "order" | "lot_id";

/** An entry of the ledger as a person's page has it, or an order's, which needs no order. */
export function toEntry({ raw }: { readonly raw: Partial<Pick<Schemas["LoyaltyEntryView"], EntryFields>> }): Entry {
  const e = reading(raw);
  return {
    id: e.text("entry_id"),
    kind: e.text("kind"),
    pending: e.number("pending"),
    spendable: e.number("spendable"),
    growth: e.number("growth"),
    at: e.textOrNull("at"),
    rule: e.text("rule"),
    gave: e.list((g) => ({ rule: g.text("rule"), title: g.text("title"), points: g.number("points") }), "gave"),
    orderId: e.text("order_id"),
    orderNumber: e.text("order"),
    lotId: e.text("lot_id"),
  };
}

export interface MessageLine {
  id: string;
  via: string;
  template: string;
  state: string;
  reason: string;
  journey: string;
  body: string;
  at: string | null;
}

export async function fetchMessages(id: string, cursor: string | null, signal?: AbortSignal): Promise<Page<MessageLine>> {
  return page(await get(`/v1/persons/${encodeURIComponent(id)}/messages`, { cursor }, signal), toMessage);
}

export function toMessage(r: Reading<Schemas["MessageView"]>): MessageLine {
  return { id: r.text("message_id"), via: r.text("via"), template: r.text("template"), state: r.text("state"), reason: r.text("reason"), journey: r.text("journey"), body: r.text("text"), at: r.textOrNull("at") };
}

/** An identifier at the end of a link; another person's when the link was dropped. */
export interface LinkEnd {
  id: string;
  namespace: string;
  value: string;
  personId: string;
}

export interface LinkLine {
  low: LinkEnd;
  high: LinkEnd;
  source: string;
  strength: string;
  firstSeen: string | null;
  lastSeen: string | null;
  droppedRule: string;
}

export async function fetchLinks(id: string, signal?: AbortSignal): Promise<LinkLine[]> {
  return page(await get(`/v1/persons/${encodeURIComponent(id)}/links`, {}, signal), (r) => ({
    low: endOf(r.child("low")),
    high: endOf(r.child("high")),
    source: r.text("source"),
    strength: r.text("strength"),
    firstSeen: r.textOrNull("first_seen"),
    lastSeen: r.textOrNull("last_seen"),
    droppedRule: r.text("dropped_rule"),
  })).items;
}

/** Several answers of the API hold such an end; some leave out whose it is. */
export function endOf({ raw }: { readonly raw: { id?: string; namespace?: string; value?: string; person_id?: number } }): LinkEnd {
  const r = reading(raw);
  return { id: r.text("id"), namespace: r.text("namespace"), value: r.text("value"), personId: r.text("person_id") };
}
