import { get, post } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Reading, reading } from "../../shared/api/read";

export interface Missing {
  /** growth, spend (minor units) or orders. */
  of: string;
  have: number;
  need: number;
  missing: number;
}

/** What is missing to a tier, and by when. */
export interface Gap {
  tier: string;
  title: string;
  /** One of the thresholds is enough. */
  any: boolean;
  thresholds: Missing[];
  until: string | null;
  /** The tier from then on if nothing more comes. */
  otherwise: string | null;
}

export interface Grant {
  id: string;
  tier: string;
  title: string;
  kind: string;
  from: string;
  until: string | null;
  reason: string;
  proof: string;
  isOpen: boolean;
}

export interface Move {
  id: string;
  at: string;
  from: string;
  to: string;
  growth: number;
  reason: string;
  version: number | null;
  afterSplit: boolean;
  why: { cause: string; window: string; windowFrom: string | null; counted: { of: string; have: number; need: number }[]; orderId: string; kind: string } | null;
}

/** Where a member stands. */
export interface TierSheet {
  tier: string;
  title: string;
  since: string | null;
  window: string;
  keptUntil: string | null;
  next: Gap | null;
  keep: Gap | null;
  grants: Grant[];
  moves: Move[];
}

export async function fetchTier(personId: string, signal?: AbortSignal): Promise<TierSheet> {
  return toSheet(reading(await get(`/v1/persons/${encodeURIComponent(personId)}/tier`, {}, signal)));
}

/** Gives a tier; the key makes a second click the same grant. */
export async function grantTier(personId: string, grant: { tier: string; reason: string; until?: string; proof?: string }, key: string): Promise<TierSheet> {
  return toSheet(reading(await post(`/v1/persons/${encodeURIComponent(personId)}/tier-grants`, grant, { "Idempotency-Key": key })));
}

export async function endGrant(personId: string, grantId: string): Promise<void> {
  await post(`/v1/persons/${encodeURIComponent(personId)}/tier-grants/${encodeURIComponent(grantId)}/ending`);
}

export interface FlowLine {
  from: string;
  to: string;
  moves: number;
}

export async function fetchTierFlow(program: string, days: number, signal?: AbortSignal): Promise<FlowLine[]> {
  const r = reading(await get(`/v1/programs/${encodeURIComponent(program)}/tier-flow`, { days }, signal));
  return r.list((l) => ({ from: l.text("from"), to: l.text("to"), moves: l.number("moves") }), "items");
}

function toSheet(r: Reading<Schemas["TierSheet"]>): TierSheet {
  return {
    tier: r.text("tier"),
    title: r.text("tier_title") || r.text("tier"),
    since: r.textOrNull("since"),
    window: r.text("window"),
    keptUntil: r.textOrNull("kept_until"),
    next: r.has("next") ? toGap(r.child("next")) : null,
    keep: r.has("keep") ? toGap(r.child("keep")) : null,
    grants: r.list((g) => ({ id: g.text("grant_id"), tier: g.text("tier"), title: g.text("tier_title"), kind: g.text("kind"), from: g.text("from"), until: g.textOrNull("until"), reason: g.text("reason"), proof: g.text("proof"), isOpen: g.flag("is_open") }), "grants"),
    moves: r.list(toMove, "moves"),
  };
}

function toGap(r: Reading<Schemas["GapView"]>): Gap {
  return {
    tier: r.text("tier"),
    title: r.text("tier_title"),
    any: r.flag("any"),
    thresholds: r.list((m) => ({ of: m.text("of"), have: m.number("have"), need: m.number("need"), missing: m.number("missing") }), "thresholds"),
    until: r.textOrNull("until"),
    otherwise: r.textOrNull("otherwise"),
  };
}

function toMove(r: Reading<Schemas["MoveView"]>): Move {
  const why = r.child("why");
  return {
    id: r.text("tier_move_id"),
    at: r.text("at"),
    from: r.text("from"),
    to: r.text("to"),
    growth: r.number("growth"),
    reason: r.text("reason"),
    version: r.numberOrNull("program_version"),
    afterSplit: r.flag("after_split"),
    why: r.has("why")
      ? {
          cause: why.text("cause"),
          window: why.text("window"),
          windowFrom: why.textOrNull("window_from"),
          counted: why.list((c) => ({ of: c.text("of"), have: c.number("have"), need: c.number("need") }), "counted"),
          orderId: why.text("order_id"),
          kind: why.text("kind"),
        }
      : null,
  };
}
