import { get } from "../../shared/api/http";
import type { AnswerOf, PathOf, Schemas } from "../../shared/api/paths";
import { type Reading, reading } from "../../shared/api/read";

/** A text in the two languages of the console. */
export type Bilingual = Record<"zh" | "en", string>;

export interface ReportCatalogue {
  reports: { name: string; title: Bilingual; question: string; parameters: string[]; definitions: string[] }[];
  /** What each word in the reports means. */
  definitions: Record<string, Bilingual>;
}

export async function fetchReports(signal?: AbortSignal): Promise<ReportCatalogue> {
  const r = reading(await get("/v1/reports", {}, signal));
  return {
    reports: r.list((i) => ({ name: i.text("name"), title: bilingual(i.child("title")), question: i.text("question"), parameters: i.texts("parameters"), definitions: i.texts("definitions") }), "items"),
    definitions: Object.fromEntries(r.child("definitions").entries().map(([key, text]) => [key, bilingual({ raw: text as Partial<Bilingual> })])),
  };
}

const bilingual = ({ raw }: { readonly raw: Partial<Bilingual> }): Bilingual => ({ zh: raw.zh ?? "", en: raw.en ?? "" });

/** Besides these a report may take parameters of its own, under its own names. */
export interface ReportFilters {
  [name: string]: string | undefined;
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
  /** Keys of the texts that define its figures. */
  definitions: string[];
  asOf: string;
  zone: string;
  view: string;
  currency: string;
  /** The first day of the period and the day after its last; empty for reports without one. */
  from: string;
  to: string;
  previousFrom: string;
  previousTo: string;
  /** False while the last period is still running. */
  complete: boolean;
  /** sales count at the order's date; refunds there too, or at their own date (cash). */
  basis: string;
  /** The share of sales that known persons made; null without sales. */
  knownShare: number | null;
  /** Sales were made in these too; they are in no figure. */
  otherCurrencies: string[];
  lagEvents: number;
  lagSeconds: number;
}

export interface Report {
  head: ReportHead;
  /** As it came; `bodyOf` reads it as the report that it is. */
  answer: unknown;
}

type ReportPath = Extract<PathOf<"get">, `/v1/reports/${string}`>;
type ReportName = ReportPath extends `/v1/reports/${infer Name}` ? Name : never;

/** The figures of a report, read by what the API says of the report of that name. */
export function bodyOf<N extends ReportName>({ answer }: Report, name: N) {
  void name;
  return reading(answer as AnswerOf<"get", `/v1/reports/${N}`>);
}

// The names come from the server's list of reports. What a report says of itself is the same in all; the overview has all of it.
const pathOfReport = (name: string) => `/v1/reports/${encodeURIComponent(name)}` as "/v1/reports/overview";

export async function fetchReport(name: string, filters: ReportFilters, signal?: AbortSignal): Promise<Report> {
  const answer = await get(pathOfReport(name), { ...filters }, signal);
  const r = reading(answer);
  return {
    head: {
      name: r.text("report"),
      title: r.text("title"),
      definitions: r.texts("definitions"),
      asOf: r.text("as_of"),
      zone: r.text("zone"),
      view: r.text("view"),
      currency: r.text("currency"),
      from: r.child("period").text("from"),
      to: r.child("period").text("to"),
      previousFrom: r.child("previous").text("from"),
      previousTo: r.child("previous").text("to"),
      complete: r.any("complete") !== false,
      basis: r.text("basis"),
      knownShare: r.child("coverage").numberOrNull("share_of_sales"),
      otherCurrencies: r.list((c) => c.text("currency"), "other_currencies"),
      lagEvents: r.child("insight").number("lag_events"),
      lagSeconds: r.child("insight").number("lag_seconds"),
    },
    answer,
  };
}

/** One period's sales to known persons as a product, and what lies outside of it. */
export interface Factors {
  members: number;
  buyers: number;
  orders: number;
  /** members × conversion × frequency × order value. */
  personSalesMinor: number;
  guestSalesMinor: number;
  refundedInFullMinor: number;
  salesMinor: number;
  conversion: number | null;
  frequency: number | null;
  orderValueMinor: number | null;
}

function toFactors(r: Reading<Schemas["GmvPeriod"]>): Factors {
  return {
    members: r.number("members"),
    buyers: r.number("buyers"),
    orders: r.number("orders"),
    personSalesMinor: r.number("person_sales_minor"),
    guestSalesMinor: r.number("guest_sales_minor"),
    refundedInFullMinor: r.number("refunded_in_full_minor"),
    salesMinor: r.number("sales_minor"),
    conversion: r.numberOrNull("conversion"),
    frequency: r.numberOrNull("frequency"),
    orderValueMinor: r.numberOrNull("order_value_minor"),
  };
}

/** What moved the sales, in minor units; all six add up to the change. */
export interface Contributions {
  members: number;
  conversion: number;
  frequency: number;
  orderValue: number;
  guests: number;
  refundedInFull: number;
}

export interface Decomposition {
  now: Factors;
  before: Factors;
  changeMinor: number;
  contributions: Contributions;
}

export function toDecomposition(r: Reading<Schemas["GmvDecomposition"]>): Decomposition {
  const c = r.child("contributions");
  return {
    now: toFactors(r.child("now")),
    before: toFactors(r.child("before")),
    changeMinor: r.number("change_minor"),
    contributions: {
      members: c.number("members_minor"),
      conversion: c.number("conversion_minor"),
      frequency: c.number("frequency_minor"),
      orderValue: c.number("order_value_minor"),
      guests: c.number("guests_minor"),
      refundedInFull: c.number("refunded_in_full_minor"),
    },
  };
}
