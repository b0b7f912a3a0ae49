import { get } from "../../shared/api/http";
import { reading } from "../../shared/api/read";

export const accounts = ["issued", "reserved", "spent", "expired", "adjusted", "borne", "exchanged"] as const;
export type Account = (typeof accounts)[number];

export interface LiabilityMonth extends Record<Account, number> {
  month: string;
  outstanding: number;
  outstandingMinor: number | null;
}

export interface Liability {
  program: string;
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

export async function fetchLiability(program: string, asOf: string, signal?: AbortSignal): Promise<Liability> {
  const r = reading(await get("/v1/reports/liability", { program, as_of: asOf }, signal));
  const standing = r.child("standing");
  return {
    program: r.text("program"),
    asOf: r.text("as_of"),
    zone: r.text("zone"),
    currency: r.text("currency"),
    valueMinorPer1000: r.numberOrNull("value_minor_per_1000"),
    standing: { ...sums((name) => standing.number(name)), outstanding: standing.number("outstanding"), outstandingMinor: standing.numberOrNull("outstanding_minor"), spendable: standing.number("spendable"), pending: standing.number("pending"), debt: standing.number("debt") },
    breakage: r.numberOrNull("breakage_basis_points"),
    months: r.list((m) => ({ ...sums((name) => m.number(name)), month: m.text("month"), outstanding: m.number("outstanding"), outstandingMinor: m.numberOrNull("outstanding_minor") }), "months"),
    ends: r.list((e) => ({ month: e.textOrNull("month"), points: e.number("points"), minor: e.numberOrNull("minor") }), "ends"),
    ages: r.list((a) => ({ days: a.text("days"), points: a.number("points"), minor: a.numberOrNull("minor") }), "ages"),
    proof: r.number("proof"),
  };
}

const sums = (read: (name: Account) => number): Record<Account, number> => Object.fromEntries(accounts.map((name) => [name, read(name)])) as Record<Account, number>;
