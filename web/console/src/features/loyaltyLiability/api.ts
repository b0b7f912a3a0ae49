import { get } from "../../shared/api/http";
import { reading } from "../../shared/api/read";
import { firstType, type PointType, toPointType } from "../loyalty/pointTypes";

export const accounts = ["issued", "reserved", "spent", "expired", "adjusted", "borne", "exchanged"] as const;
export type Account = (typeof accounts)[number];

export interface LiabilityMonth extends Record<Account, number> {
  month: string;
  outstanding: number;
  outstandingMinor: number | null;
}

export interface Liability {
  program: string;
  pointType: string;
  types: PointType[];
  asOf: string;
  zone: string;
  currency: string;
  valueMinorPer1000: number | null;
  standing: Record<Account, number> & { outstanding: number; outstandingMinor: number | null; spendable: number; pending: number; debt: number };
  /** Hundredths of a percent; null before any points ended. */
  breakage: number | null;
  months: LiabilityMonth[];
  /** Month null: never. */
  ends: { month: string | null; points: number; minor: number | null }[];
  ages: { days: string; points: number; minor: number | null }[];
  proof: number;
}

export async function fetchLiability(program: string, type: string, asOf: string, signal?: AbortSignal): Promise<Liability> {
  const r = reading(await get("/v1/reports/liability", { program, point_type: type === firstType ? "" : type, as_of: asOf }, signal));
  const standing = r.child("standing");
  const types = r.list(toPointType, "point_types");
  const scale = 10 ** (types.find((x) => x.name === r.text("point_type"))?.scale ?? 0);
  // Shown as members read them: the ledger counts the smallest part.
  const points = (smallest: number) => smallest / scale;
  return {
    program: r.text("program"),
    pointType: r.text("point_type"),
    types,
    asOf: r.text("as_of"),
    zone: r.text("zone"),
    currency: r.text("currency"),
    valueMinorPer1000: r.numberOrNull("value_minor_per_1000"),
    standing: { ...sums((name) => points(standing.number(name))), outstanding: points(standing.number("outstanding")), outstandingMinor: standing.numberOrNull("outstanding_minor"), spendable: points(standing.number("spendable")), pending: points(standing.number("pending")), debt: points(standing.number("debt")) },
    breakage: r.numberOrNull("breakage_basis_points"),
    months: r.list((m) => ({ ...sums((name) => points(m.number(name))), month: m.text("month"), outstanding: points(m.number("outstanding")), outstandingMinor: m.numberOrNull("outstanding_minor") }), "months"),
    ends: r.list((e) => ({ month: e.textOrNull("month"), points: points(e.number("points")), minor: e.numberOrNull("minor") }), "ends"),
    ages: r.list((a) => ({ days: a.text("days"), points: points(a.number("points")), minor: a.numberOrNull("minor") }), "ages"),
    proof: r.number("proof"),
  };
}

const sums = (read: (name: Account) => number): Record<Account, number> => Object.fromEntries(accounts.map((name) => [name, read(name)])) as Record<Account, number>;
