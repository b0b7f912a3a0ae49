import { get } from "../../shared/api/http";
import { page, type Reading, reading } from "../../shared/api/read";

export interface ReportLine {
  name: string;
  title: string;
  definition: string;
}

export async function fetchReports(signal?: AbortSignal): Promise<ReportLine[]> {
  const body = await get("/v1/reports", {}, signal);
  if (Array.isArray(body) && body.every((n) => typeof n === "string")) return body.map((name) => ({ name: name as string, title: "", definition: "" }));
  return page(body, (r) => ({ name: r.text("name", "report"), title: r.text("title"), definition: r.text("definition", "description") })).items;
}

export interface ReportFilters {
  as_of?: string;
  from?: string;
  to?: string;
  channel?: string;
  zone?: string;
}

/** What every report says about itself. */
export interface ReportHead {
  name: string;
  title: string;
  definition: string;
  asOf: string;
  zone: string;
  view: string;
  currency: string;
  from: string;
  to: string;
  /** False while the last period is still running. */
  complete: boolean;
  lagSeconds: number;
  notes: string[];
}

export interface Report {
  head: ReportHead;
  body: Reading;
}

export async function fetchReport(name: string, filters: ReportFilters, signal?: AbortSignal): Promise<Report> {
  const r = reading(await get(`/v1/reports/${encodeURIComponent(name)}`, { ...filters }, signal));
  const data = r.has("data") ? r.child("data") : r.has("body") ? r.child("body") : r;
  return {
    head: {
      name: r.text("report", "name") || name,
      title: r.text("title"),
      definition: r.text("definition"),
      asOf: r.text("as_of"),
      zone: r.text("zone"),
      view: r.text("view"),
      currency: r.text("currency"),
      from: r.text("from") || r.child("period").text("from"),
      to: r.text("to") || r.child("period").text("to"),
      complete: r.any("complete") !== false,
      lagSeconds: r.number("insight_lag_seconds"),
      notes: r.texts("notes"),
    },
    body: data,
  };
}

export interface Factors {
  members: number;
  buyers: number;
  orders: number;
  salesMinor: number;
  conversion: number | null;
  frequency: number | null;
  orderValueMinor: number | null;
}

export function toFactors(r: Reading): Factors {
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  const [members, buyers, orders, salesMinor] = [r.number("members"), r.number("buyers"), r.number("orders"), r.number("sales_minor", "gmv_minor")];
  return {
    members, buyers, orders, salesMinor,
    conversion: r.numberOrNull("conversion") ?? share(buyers, members),
    frequency: r.numberOrNull("frequency") ?? share(orders, buyers),
    orderValueMinor: r.numberOrNull("order_value_minor") ?? share(salesMinor, orders),
  };
}

export interface Contributions {
  members: number;
  conversion: number;
  frequency: number;
  orderValue: number;
}

export function toContributions(r: Reading): Contributions {
  return {
    members: r.number("members", "members_minor"),
    conversion: r.number("conversion", "conversion_minor"),
    frequency: r.number("frequency", "frequency_minor"),
    orderValue: r.number("order_value", "order_value_minor"),
  };
}

export interface Decomposition {
  now: Factors;
  before: Factors | null;
  contributions: Contributions | null;
}

/** GMV as a product, now and in the period before, and what each factor did to the difference. */
export function toDecomposition(r: Reading): Decomposition {
  const now = r.has("now") ? r.child("now") : r.has("current") ? r.child("current") : r.child("after");
  const before = r.has("before") ? r.child("before") : r.child("previous");
  const known = Object.keys(before.raw).length > 0;
  return { now: toFactors(now), before: known ? toFactors(before) : null, contributions: r.has("contributions") ? toContributions(r.child("contributions")) : null };
}
