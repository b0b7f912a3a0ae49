import type { Reading } from "../../shared/api/read";
import { type Decomposition, fetchReport, type ReportFilters, type ReportHead, toDecomposition } from "../reports/api";

export interface Bucket {
  /** A day or the first day of a month, YYYY-MM-DD. */
  day: string;
  salesMinor: number;
  orders: number;
  buyers: number;
  newBuyers: number;
  complete: boolean;
}

export interface ChannelShare {
  channel: string;
  salesMinor: number;
  beforeMinor: number | null;
  orders: number;
  buyers: number;
}

export interface Pair {
  now: number | null;
  before: number | null;
}

export interface Overview {
  head: ReportHead;
  gmv: Decomposition;
  allSalesMinor: Pair;
  days: Bucket[];
  channels: ChannelShare[];
  newMembers: Pair;
  repeatShare: Pair;
  netMinor: Pair;
  points: { issued: Pair; spent: Pair; expired: Pair; outstanding: number | null; liabilityMinor: number | null };
}

export async function fetchOverview(filters: ReportFilters, signal?: AbortSignal): Promise<Overview> {
  const { head, body } = await fetchReport("overview", filters, signal);
  const now = body.has("now") ? body.child("now") : body.child("current", "period");
  const before = body.has("before") ? body.child("before") : body.child("previous");
  const pair = (...names: string[]): Pair => ({ now: now.numberOrNull(...names), before: before.numberOrNull(...names) });
  const points = body.child("points");
  return {
    head,
    gmv: toDecomposition(body.has("gmv") ? body.child("gmv") : body),
    allSalesMinor: pair("sales_minor"),
    days: body.list(toBucket, "days", "calendar", "buckets"),
    channels: body.list(toChannel, "channels"),
    newMembers: pair("new_members"),
    repeatShare: pair("repeat_share"),
    netMinor: pair("net_minor"),
    points: {
      issued: pointsPair(points, "issued"),
      spent: pointsPair(points, "spent"),
      expired: pointsPair(points, "expired"),
      outstanding: points.numberOrNull("outstanding", "spendable", "liability"),
      liabilityMinor: points.numberOrNull("liability_minor"),
    },
  };
}

function pointsPair(points: Reading, name: string): Pair {
  const value = points.any(name);
  if (typeof value === "object" && value !== null) return { now: points.child(name).numberOrNull("now", "current"), before: points.child(name).numberOrNull("before", "previous") };
  return { now: points.numberOrNull(name), before: points.child("before", "previous").numberOrNull(name) };
}

function toBucket(r: Reading): Bucket {
  return { day: r.text("day", "bucket", "date", "month").slice(0, 10), salesMinor: r.number("sales_minor"), orders: r.number("orders"), buyers: r.number("buyers"), newBuyers: r.number("new_buyers"), complete: r.any("complete") !== false };
}

function toChannel(r: Reading): ChannelShare {
  return { channel: r.text("channel"), salesMinor: r.number("sales_minor"), beforeMinor: r.numberOrNull("before_sales_minor", "previous_sales_minor"), orders: r.number("orders"), buyers: r.number("buyers") };
}
