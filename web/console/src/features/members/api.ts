import { get } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Page, page, type Reading } from "../../shared/api/read";

/** A person as a line of a list. */
export interface PersonLine {
  id: string;
  name: string;
  channels: string[];
  card: string;
  tier: string;
  tierTitle: string;
  points: number | null;
  orders: number;
  spentMinor: number;
  currency: string;
  city: string;
  lastSeen: string | null;
  joinedAt: string | null;
}

export async function fetchPersons(filters: Record<string, string>, cursor: string | null, signal?: AbortSignal): Promise<Page<PersonLine>> {
  return page(await get("/v1/persons", { ...filters, cursor }, signal), toPersonLine);
}

export function toPersonLine(r: Reading<Schemas["PersonLine"]>): PersonLine {
  return {
    id: r.text("person_id"),
    name: r.text("name"),
    channels: r.texts("channels"),
    card: r.text("card"),
    tier: r.text("tier"),
    tierTitle: r.text("tier_title") || r.text("tier"),
    points: r.numberOrNull("points_spendable"),
    orders: r.number("orders"),
    spentMinor: r.number("spent_minor"),
    currency: r.text("currency"),
    city: r.text("city"),
    lastSeen: r.textOrNull("last_seen"),
    joinedAt: r.textOrNull("joined_at"),
  };
}
