import type { Reading } from "../../shared/api/read";
import type { Schemas } from "../../shared/api/paths";
import { bodyOf, type Decomposition, fetchReport, type ReportFilters, type ReportHead, toDecomposition } from "../reports/api";

export interface Bucket {
  /** The day, or the month's first day, YYYY-MM-DD. */
  from: string;
  salesMinor: number;
  orders: number;
  buyers: number;
  newBuyers: number;
  complete: boolean;
}

export interface ChannelLine {
  channel: string;
  salesMinor: number;
  orders: number;
  buyers: number;
  newBuyers: number;
}

export interface Figures {
  orders: number;
  salesMinor: number;
  buyers: number;
  newBuyers: number;
  newMembers: number;
  repeatShare: number | null;
  netMinor: number;
}

export interface Overview {
  head: ReportHead;
  now: Figures;
  before: Figures;
  gmv: Decomposition;
  days: Bucket[];
  months: Bucket[];
  channels: ChannelLine[];
  /** Null without a loyalty program. */
  points: { issued: number; spent: number; expired: number; outstanding: number } | null;
}

export async function fetchOverview(filters: ReportFilters, signal?: AbortSignal): Promise<Overview> {
  const report = await fetchReport("overview", filters, signal);
  const { head } = report;
  const body = bodyOf(report, "overview");
  const moves = body.child("points").child("moves");
  return {
    head,
    now: toFigures(body.child("now")),
    before: toFigures(body.child("before")),
    gmv: toDecomposition(body.child("gmv")),
    days: body.list(toBucket, "days"),
    months: body.list(toBucket, "months"),
    channels: body.list(toChannel, "channels"),
    points: body.has("points") ? { issued: moves.number("issued"), spent: moves.number("spent"), expired: moves.number("expired"), outstanding: body.child("points").number("outstanding") } : null,
  };
}

function toFigures(r: Reading<Schemas["OverviewFigures"]>): Figures {
  return { orders: r.number("orders"), salesMinor: r.number("sales_minor"), buyers: r.number("buyers"), newBuyers: r.number("new_buyers"), newMembers: r.number("new_members"), repeatShare: r.numberOrNull("repeat_share"), netMinor: r.number("net_minor") };
}

function toBucket(r: Reading<Schemas["CalendarRow"]>): Bucket {
  return { from: r.text("from"), salesMinor: r.number("sales_minor"), orders: r.number("orders"), buyers: r.number("buyers"), newBuyers: r.number("new_buyers"), complete: r.any("complete") !== false };
}

function toChannel(r: Reading<Schemas["ChannelRow"]>): ChannelLine {
  return { channel: r.text("channel"), salesMinor: r.number("sales_minor"), orders: r.number("orders"), buyers: r.number("buyers"), newBuyers: r.number("new_buyers") };
}
