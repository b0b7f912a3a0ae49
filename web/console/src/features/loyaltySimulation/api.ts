import { get, post } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Page, page, type Reading, reading } from "../../shared/api/read";
import { firstType, type PointType, toPointType } from "../loyalty/pointTypes";

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

export interface People {
  gain: number;
  lose: number;
  same: number;
  tierUp: number;
  tierDown: number;
  bands: { from: number | null; to: number | null; members: number }[];
  winners: PersonChange[];
  losers: PersonChange[];
}

export interface Actual {
  members: number;
  same: number;
  differ: number;
  withOtherwise: number;
  examples: { personId: string; name: string; replayed: number; actual: number; replayedTier: string; actualTier: string }[];
}

/** One type of points under both programs. Points are as members read them: of a type with two decimals 150 is 1.50. */
export interface TypeFigures extends PointType {
  valueMinorPer1000: number | null;
  live: Side;
  draft: Side;
  /** The program that has no such type: its side is nothing. */
  missing: "live" | "draft" | null;
  people: People;
  /** Null where the live program has no such type. */
  actual: Actual | null;
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
  seconds: number;
  tierTitles: Map<string, string>;
  /** The program's own points, then the further types. */
  own: TypeFigures;
  types: TypeFigures[];
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
  const [live, draft] = [toSide(r.child("live"), 1), toSide(r.child("draft"), 1)];
  const own: TypeFigures = { name: firstType, title: "", scale: 0, valueMinorPer1000: r.numberOrNull("value_minor_per_1000"), live, draft, missing: null, people: toPeople(r.child("people"), 1), actual: toActual(r.child("actual"), 1) };
  return {
    liveVersion: r.number("live_version"),
    draftVersion: r.numberOrNull("draft_version"),
    asOf: r.text("as_of"),
    share: r.number("share"),
    persons: r.number("persons"),
    orders: r.number("orders"),
    currency: r.text("currency"),
    seconds: r.number("seconds"),
    tierTitles: new Map([...live.tiers, ...draft.tiers].map((tier) => [tier.tier, tier.title])),
    own,
    types: [own, ...r.list(toType, "types")],
  };
}

function toType(r: Reading<Schemas["TypeReport"]>): TypeFigures {
  const scale = r.number("scale");
  const unit = 10 ** scale;
  const side = (name: "live" | "draft") => (r.has(name) ? toSide(r.child(name), unit) : null);
  const [live, draft] = [side("live"), side("draft")];
  return {
    ...toPointType({ raw: { name: r.text("point_type"), title: r.text("title"), scale } }),
    valueMinorPer1000: r.numberOrNull("value_minor_per_1000"),
    live: live ?? nothing(draft),
    draft: draft ?? nothing(live),
    missing: live === null ? "live" : draft === null ? "draft" : null,
    people: toPeople(r.child("people"), unit),
    actual: r.has("actual") ? toActual(r.child("actual"), unit) : null,
  };
}

/** The side of a program that does not have the type, month by month. */
function nothing(other: Side | null): Side {
  const cost = other?.costMinor == null ? null : 0;
  const sums = { issued: 0, takenBack: 0, spent: 0, expired: 0, liability: 0, costMinor: cost };
  return { ...sums, members: 0, otherwise: 0, borne: 0, unpaid: 0, liabilityMinor: cost, tiers: [], months: (other?.months ?? []).map(({ month }) => ({ ...sums, month })) };
}

const toPeople = (r: Reading<Schemas["PeopleSide"]>, unit: number): People => ({
  gain: r.number("gain"),
  lose: r.number("lose"),
  same: r.number("same"),
  tierUp: r.number("tier_up"),
  tierDown: r.number("tier_down"),
  bands: r.list((b) => ({ from: parts(b.numberOrNull("from"), unit), to: parts(b.numberOrNull("to"), unit), members: b.number("members") }), "bands"),
  winners: r.list((c) => toChange(c, unit), "winners"),
  losers: r.list((c) => toChange(c, unit), "losers"),
});

const parts = (value: number | null, unit: number): number | null => (value === null ? null : value / unit);

const toActual = (r: Reading<Schemas["ActualSide"]>, unit: number): Actual => ({
  members: r.number("members"),
  same: r.number("same"),
  differ: r.number("differ"),
  withOtherwise: r.number("with_otherwise"),
  examples: r.list((e) => ({ personId: e.text("person_id"), name: e.text("name"), replayed: e.number("replayed_points") / unit, actual: e.number("actual_points") / unit, replayedTier: e.text("replayed_tier"), actualTier: e.text("actual_tier") }), "examples"),
});

const toChange = (r: Reading<Schemas["PersonChange"]>, unit: number): PersonChange => ({ personId: r.text("person_id"), name: r.text("name"), before: r.number("before") / unit, after: r.number("after") / unit, tierBefore: r.text("tier_before"), tierAfter: r.text("tier_after") });

function toSide(r: Reading<Schemas["ProgramSide"]>, unit: number): Side {
  return {
    members: r.number("members"),
    issued: r.number("issued") / unit,
    takenBack: r.number("taken_back") / unit,
    spent: r.number("spent") / unit,
    expired: r.number("expired") / unit,
    otherwise: r.number("otherwise") / unit,
    borne: r.number("borne") / unit,
    unpaid: r.number("unpaid") / unit,
    liability: r.number("liability") / unit,
    liabilityMinor: r.numberOrNull("liability_minor"),
    costMinor: r.numberOrNull("cost_minor"),
    tiers: r.list((t) => ({ tier: t.text("tier"), title: t.text("title") || t.text("tier"), members: t.number("members") }), "tiers"),
    months: r.list((m) => ({ month: m.text("month").slice(0, 7), issued: m.number("issued") / unit, takenBack: m.number("taken_back") / unit, spent: m.number("spent") / unit, expired: m.number("expired") / unit, liability: m.number("liability") / unit, costMinor: m.numberOrNull("cost_minor") }), "months"),
  };
}
