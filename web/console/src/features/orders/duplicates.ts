import { get, post, remove } from "../../shared/api/http";
import { type Reading, reading } from "../../shared/api/read";

/** An order that is, may be or is not the same sale as another one. */
export interface RelatedOrder {
  id: string;
  number: string;
  channel: string;
  shop: string;
  totalMinor: number;
  currency: string;
  orderedAt: string | null;
  /** suspected, copy, origin or distinct. */
  relation: string;
  /** Nobody: suspected, or said by the source. */
  answeredBy: string;
  answeredAt: string | null;
}

export async function fetchRelated(order: string, signal?: AbortSignal): Promise<RelatedOrder[]> {
  return related(await get(`/v1/orders/${encodeURIComponent(order)}/duplicates`, {}, signal));
}

/** The other order is a copy of this one, or both are sales. */
export const answerDuplicate = async (kept: string, other: string, answer: "one" | "two"): Promise<void> =>
  void (await post(`/v1/orders/${encodeURIComponent(kept)}/duplicates/${encodeURIComponent(other)}/answer`, { answer }, { "Idempotency-Key": crypto.randomUUID() }));

export const takeBackDuplicate = async (order: string, other: string): Promise<void> => void (await remove(`/v1/orders/${encodeURIComponent(order)}/duplicates/${encodeURIComponent(other)}/answer`));

const related = (answer: unknown): RelatedOrder[] => reading(answer).list(toRelated, "items");

function toRelated(r: Reading): RelatedOrder {
  return {
    id: r.text("order_id"),
    number: r.text("number"),
    channel: r.text("channel"),
    shop: r.text("shop"),
    totalMinor: r.number("total_minor"),
    currency: r.text("currency"),
    orderedAt: r.textOrNull("ordered_at"),
    relation: r.text("relation"),
    answeredBy: r.text("answered_by"),
    answeredAt: r.textOrNull("answered_at"),
  };
}
