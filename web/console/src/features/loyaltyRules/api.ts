import { get } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Reading, reading } from "../../shared/api/read";

export interface Caps {
  [name: string]: number | null;
}

export const capNames = ["per_order", "per_day", "per_month", "per_year", "per_person", "budget", "times_per_day", "times_per_month", "times_per_person"] as const;

export interface EarnRuleLine {
  name: string;
  title: string;
  /** order, line or interaction. */
  on: string;
  types: string[];
  /** The condition as text; empty for none. */
  where: string;
  from: string | null;
  until: string | null;
  gives: { points: number | null; percent: number | null; ratePoints: number | null; rateEachMinor: number | null };
  group: string;
  caps: Caps;
}

export interface RuleDay {
  day: string;
  percent: number;
  rules: { rule: string; percent: number | null; else: string }[];
}

export interface RuleCalendar {
  from: string;
  until: string;
  stacking: string;
  multipliers: string;
  caps: Caps;
  rules: EarnRuleLine[];
  days: RuleDay[];
}

export async function fetchCalendar(program: string, version: number, days: number, signal?: AbortSignal): Promise<RuleCalendar> {
  const r = reading(await get(`/v1/programs/${encodeURIComponent(program)}/calendar`, { days, version }, signal));
  return {
    from: r.text("from"),
    until: r.text("until"),
    stacking: r.text("stacking"),
    multipliers: r.text("multipliers"),
    caps: toCaps(r.child("caps")),
    rules: r.list(toRule, "rules"),
    days: r.list((d) => ({ day: d.text("day"), percent: d.number("percent"), rules: d.list((x) => ({ rule: x.text("rule"), percent: x.numberOrNull("percent"), else: x.text("else") }), "rules") }), "days"),
  };
}

function toRule(r: Reading<Schemas["RuleView"]>): EarnRuleLine {
  const gives = r.child("gives");
  return {
    name: r.text("name"),
    title: r.text("title"),
    on: r.text("on"),
    types: r.texts("types"),
    where: r.text("where"),
    from: r.textOrNull("from"),
    until: r.textOrNull("until"),
    gives: { points: gives.numberOrNull("points"), percent: gives.numberOrNull("percent"), ratePoints: gives.child("rate").numberOrNull("points"), rateEachMinor: gives.child("rate").numberOrNull("each_minor") },
    group: r.text("group"),
    caps: toCaps(r.child("caps")),
  };
}

const toCaps = (r: Reading<Schemas["Caps"]>): Caps => Object.fromEntries(capNames.map((name) => [name, r.numberOrNull(name)]));
