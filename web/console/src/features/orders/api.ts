import { get } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Page, page, reading } from "../../shared/api/read";
import { toEntry, type TypedEntry } from "../person/api";

export interface OrderLine {
  id: string;
  number: string;
  personId: string;
  personName: string;
  channel: string;
  shop: string;
  store: string;
  kind: string;
  status: string;
  currency: string;
  totalMinor: number;
  refundedMinor: number;
  lines: number | null;
  orderedAt: string | null;
  /** It looks like another order of the same person. */
  isSuspected: boolean;
}

export async function fetchOrders(filters: Record<string, string>, cursor: string | null, signal?: AbortSignal): Promise<Page<OrderLine>> {
  return page(await get("/v1/orders", { ...filters, cursor }, signal), toOrderLine);
}

export async function fetchOrdersOf(personId: string, cursor: string | null, signal?: AbortSignal): Promise<Page<OrderLine>> {
  return page(await get(`/v1/persons/${encodeURIComponent(personId)}/orders`, { cursor }, signal), toOrderLine);
}

/** What a list and the order itself say alike; only a list counts the lines and says what looks like another. */
function toOrderLine({ raw }: { readonly raw: Omit<Schemas["OrderLineView"], "line_count" | "paid_at" | "completed_at" | "suspected_duplicate"> & { line_count?: number; suspected_duplicate?: boolean } }): OrderLine {
  const r = reading(raw);
  return {
    id: r.text("order_id"),
    number: r.text("number"),
    personId: r.text("person_id"),
    personName: r.text("person_name"),
    channel: r.text("channel"),
    shop: r.text("shop"),
    store: r.text("store"),
    kind: r.text("kind") || "sale",
    status: r.text("status"),
    currency: r.text("currency"),
    totalMinor: r.number("total_minor"),
    refundedMinor: r.number("refunded_minor"),
    lines: r.numberOrNull("line_count"),
    orderedAt: r.textOrNull("ordered_at"),
    isSuspected: r.flag("suspected_duplicate"),
  };
}

export interface Order extends OrderLine {
  linesMinor: number;
  shippingMinor: number;
  discountMinor: number;
  origin: string;
  steps: { step: string; at: string | null }[];
  items: { line: string; sku: string; name: string; category: string; quantity: number; unitPriceMinor: number; amountMinor: number }[];
  payments: { method: string; amountMinor: number }[];
  refunds: { id: string; number: string; amountMinor: number; reason: string; at: string | null }[];
  entries: TypedEntry[];
}

const steps = ["placed", "paid", "shipped", "completed", "closed"] as const;
const stepAt = { placed: "placed_at", paid: "paid_at", shipped: "shipped_at", completed: "completed_at", closed: "closed_at" } as const;

export async function fetchOrder(id: string, signal?: AbortSignal): Promise<Order> {
  const r = reading(await get(`/v1/orders/${encodeURIComponent(id)}`, {}, signal));
  return {
    ...toOrderLine(r),
    linesMinor: r.number("lines_minor"),
    shippingMinor: r.number("shipping_minor"),
    discountMinor: r.number("discount_minor"),
    origin: r.text("origin"),
    steps: steps.map((step) => ({ step, at: r.textOrNull(stepAt[step]) })),
    items: r.list(
      (l) => ({ line: l.text("line"), sku: l.text("sku"), name: l.text("name"), category: l.text("category"), quantity: l.number("quantity"), unitPriceMinor: l.number("unit_price_minor"), amountMinor: l.number("amount_minor") }),
      "lines",
    ),
    payments: r.list((p) => ({ method: p.text("method"), amountMinor: p.number("amount_minor") }), "payments"),
    refunds: r.list((f) => ({ id: f.text("refund_id"), number: f.text("number"), amountMinor: f.number("amount_minor"), reason: f.text("reason"), at: f.textOrNull("refunded_at") }), "refunds"),
    entries: r.list((e) => ({ ...toEntry(e), program: e.text("program"), type: e.text("point_type") }), "points_entries"),
  };
}
