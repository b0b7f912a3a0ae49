import { get } from "../../shared/api/http";
import { reading } from "../../shared/api/read";

/** Members who spend together, as one of them sees it. */
export interface Pool {
  id: string;
  title: string;
  draws: string;
  owner: string;
  spendable: number;
  members: { personId: string; state: string; mostPerMonth: number | null; spendable: number; since: string }[];
}

export async function fetchPools(personId: string, signal?: AbortSignal): Promise<Pool[]> {
  const r = reading(await get(`/v1/persons/${encodeURIComponent(personId)}/pools`, {}, signal));
  return r.list((p) => ({
    id: p.text("pool_id"),
    title: p.text("title"),
    draws: p.text("draws"),
    owner: p.text("owner"),
    spendable: p.number("spendable"),
    members: p.list((m) => ({ personId: m.text("person_id"), state: m.text("state"), mostPerMonth: m.numberOrNull("most_per_month"), spendable: m.number("spendable"), since: m.text("since") }), "members"),
  }), "items");
}
