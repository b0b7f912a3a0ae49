import { get, post } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Page, page, type Reading, reading } from "../../shared/api/read";

export interface SimulatedMonth {
  month: string;
  issued: number;
  takenBack: number;
  spent: number;
  expired: number;
  liability: number;
  /** Null: nobody said what points are worth. */
  costMinor: number | null;
}

export interface Side {
  members: number;
  issued: number;
  takenBack: number;
  spent: number;
  expired: number;
  otherwise: number;
  borne: number;
  unpaid: number;
  liability: number;
  liabilityMinor: number | null;
  costMinor: number | null;
  tiers: { tier: string; title: string; members: number }[];
  months: SimulatedMonth[];
}

export interface PersonChange {
  personId: string;
  name: string;
  before: number;
  after: number;
  tierBefore: string;
  tierAfter: string;
}

/** A draft beside the live program, both replayed over the brand's history. */
export interface SimulationReport {
  liveVersion: number;
  draftVersion: number | null;
  asOf: string;
  share: number;
  persons: number;
  orders: number;
  currency: string;
  valueMinorPer1000: number | null;
  seconds: number;
  live: Side;
  draft: Side;
  people: { gain: number; lose: number; same: number; tierUp: number; tierDown: number; bands: { from: number | null; to: number | null; members: number }[]; winners: PersonChange[]; losers: PersonChange[]; tierMoves: PersonChange[] };
  actual: { members: number; same: number; differ: number; withOtherwise: number; examples: { personId: string; name: string; replayed: number; actual: number; replayedTier: string; actualTier: string }[] };
}

export interface Simulation {
  id: string;
  program: string;
  draftVersion: number | null;
  samplePercent: number;
  state: string;
  done: number;
  total: number;
  error: string;
  createdBy: string;
  createdAt: string | null;
  report: SimulationReport | null;
}

export async function startSimulation(body: { program: string; version: number | null; sample_percent: number; months: number; value_minor_per_1000: number | null }): Promise<Simulation> {
  return toSimulation(reading(await post("/v1/loyalty/simulations", body)));
}

export async function fetchSimulations(cursor: string | null, signal?: AbortSignal): Promise<Page<Simulation>> {
  return page(await get("/v1/loyalty/simulations", { cursor, limit: 20 }, signal), toSimulation);
}

export async function fetchSimulation(id: string, signal?: AbortSignal): Promise<Simulation> {
  return toSimulation(reading(await get(`/v1/loyalty/simulations/${encodeURIComponent(id)}`, {}, signal)));
}

function toSimulation(r: Reading<Schemas["SimulationView"]>): Simulation {
  return {
    id: r.text("simulation_id"),
    program: r.text("program"),
    draftVersion: r.numberOrNull("draft_version"),
    samplePercent: r.number("sample_percent"),
    state: r.text("state"),
    done: r.number("done"),
    total: r.number("total"),
    error: r.text("error"),
    createdBy: r.text("created_by"),
    createdAt: r.textOrNull("created_at"),
    report: r.has("report") ? toReport(r.child("report")) : null,
  };
}

function toReport(r: Reading<Schemas["SimulationReport"]>): SimulationReport {
  const people = r.child("people");
  const actual = r.child("actual");
  return {
    liveVersion: r.number("live_version"),
    draftVersion: r.numberOrNull("draft_version"),
    asOf: r.text("as_of"),
    share: r.number("share"),
    persons: r.number("persons"),
    orders: r.number("orders"),
    currency: r.text("currency"),
    valueMinorPer1000: r.numberOrNull("value_minor_per_1000"),
    seconds: r.number("seconds"),
    live: toSide(r.child("live")),
    draft: toSide(r.child("draft")),
    people: {
      gain: people.number("gain"),
      lose: people.number("lose"),
      same: people.number("same"),
      tierUp: people.number("tier_up"),
      tierDown: people.number("tier_down"),
      bands: people.list((b) => ({ from: b.numberOrNull("from"), to: b.numberOrNull("to"), members: b.number("members") }), "bands"),
      winners: people.list(toChange, "winners"),
      losers: people.list(toChange, "losers"),
      tierMoves: people.list(toChange, "tier_moves"),
    },
    actual: {
      members: actual.number("members"),
      same: actual.number("same"),
      differ: actual.number("differ"),
      withOtherwise: actual.number("with_otherwise"),
      examples: actual.list((e) => ({ personId: e.text("person_id"), name: e.text("name"), replayed: e.number("replayed_points"), actual: e.number("actual_points"), replayedTier: e.text("replayed_tier"), actualTier: e.text("actual_tier") }), "examples"),
    },
  };
}

const toChange = (r: Reading<Schemas["PersonChange"]>): PersonChange => ({ personId: r.text("person_id"), name: r.text("name"), before: r.number("before"), after: r.number("after"), tierBefore: r.text("tier_before"), tierAfter: r.text("tier_after") });

function toSide(r: Reading<Schemas["ProgramSide"]>): Side {
  return {
    members: r.number("members"),
    issued: r.number("issued"),
    takenBack: r.number("taken_back"),
    spent: r.number("spent"),
    expired: r.number("expired"),
    otherwise: r.number("otherwise"),
    borne: r.number("borne"),
    unpaid: r.number("unpaid"),
    liability: r.number("liability"),
    liabilityMinor: r.numberOrNull("liability_minor"),
    costMinor: r.numberOrNull("cost_minor"),
    tiers: r.list((t) => ({ tier: t.text("tier"), title: t.text("title") || t.text("tier"), members: t.number("members") }), "tiers"),
    months: r.list((m) => ({ month: m.text("month").slice(0, 7), issued: m.number("issued"), takenBack: m.number("taken_back"), spent: m.number("spent"), expired: m.number("expired"), liability: m.number("liability"), costMinor: m.numberOrNull("cost_minor") }), "months"),
  };
}
