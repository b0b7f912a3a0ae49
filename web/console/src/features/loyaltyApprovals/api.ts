import { get, post } from "../../shared/api/http";
import { type Page, page, reading } from "../../shared/api/read";

export type Kind = "adjustment" | "shortfall" | "bulk";

/** Something that waits for somebody's yes or no, or had it. */
export interface Approval {
  kind: Kind;
  id: string;
  personId: string;
  /** Of a shortfall: who owed; of a list: how many lines it has. */
  otherId: string;
  /** Whose points, and which of the program's. */
  program: string;
  type: string;
  points: number;
  borneByProgram: number;
  reason: string;
  state: string;
  at: string | null;
  /** As in the audit log; empty where nobody did. */
  requestedBy: string;
  decidedBy: string;
  decidedAt: string | null;
}

export async function fetchAdjustments(state: string, cursor: string | null, signal?: AbortSignal): Promise<Page<Approval>> {
  return page(await get("/v1/points-adjustment-requests", { state, cursor, limit: 50 }, signal), (r) => ({
    kind: "adjustment",
    id: r.text("request_id"),
    personId: r.text("person_id"),
    otherId: "",
    program: r.text("program"),
    type: r.text("point_type"),
    points: r.number("points"),
    borneByProgram: 0,
    reason: r.text("reason"),
    state: r.text("state"),
    at: r.textOrNull("at"),
    requestedBy: r.text("requested_by"),
    decidedBy: actorOf(r.text("decided_by")),
    decidedAt: r.textOrNull("decided_at"),
  }));
}

export async function fetchShortfalls(state: string, cursor: string | null, signal?: AbortSignal): Promise<Page<Approval>> {
  return page(await get("/v1/split-shortfalls", { state, cursor, limit: 50 }, signal), (r) => ({
    kind: "shortfall",
    id: r.text("shortfall_id"),
    personId: r.text("bearer_person_id"),
    otherId: r.text("debtor_person_id"),
    program: r.text("program"),
    type: r.text("point_type"),
    points: r.number("borne_by_other"),
    borneByProgram: r.number("borne_by_program"),
    reason: "",
    state: r.text("state"),
    at: r.textOrNull("at"),
    requestedBy: "",
    decidedBy: actorOf(r.text("decided_by")),
    decidedAt: r.textOrNull("decided_at"),
  }));
}

/** Lists of adjustments; what was looked at or applied without anybody's word is not in them. */
export async function fetchBulk(state: string, cursor: string | null, signal?: AbortSignal): Promise<Page<Approval>> {
  const of = { awaiting: "awaiting", approved: "done", rejected: "rejected" }[state] ?? state;
  const list = page(await get("/v1/loyalty/bulk-adjustments", { state: of, cursor, limit: 50 }, signal), (r): Approval => ({
    kind: "bulk",
    id: r.text("bulk_id"),
    personId: "",
    otherId: r.text("lines"),
    program: r.text("program"),
    type: r.text("point_type"),
    points: r.number("points_given") - r.number("points_taken"),
    borneByProgram: 0,
    reason: r.text("reason"),
    state: r.text("state") === "done" ? "approved" : r.text("state"),
    at: r.textOrNull("at"),
    requestedBy: r.text("created_by"),
    decidedBy: r.text("decided_by"),
    decidedAt: r.textOrNull("decided_at"),
  }));
  return { ...list, items: list.items.filter((a) => a.state === "awaiting" || a.decidedBy !== "") };
}

/** A decision is kept as the command that made it: source/actor/…. */
const actorOf = (command: string): string => command.split("/")[1] ?? "";

export async function decide(approval: Approval, approve: boolean): Promise<void> {
  const of = { adjustment: "/v1/points-adjustment-requests", shortfall: "/v1/split-shortfalls", bulk: "/v1/loyalty/bulk-adjustments" }[approval.kind];
  reading(await post(`${of}/${encodeURIComponent(approval.id)}/${approve ? "approval" : "rejection"}` as `/v1/split-shortfalls/${string}/approval`));
}

/** How many wait, up to a page of each. */
export async function countAwaiting(signal?: AbortSignal): Promise<number> {
  const lists = await Promise.all([fetchAdjustments("awaiting", null, signal), fetchShortfalls("awaiting", null, signal), fetchBulk("awaiting", null, signal)]);
  return lists.reduce((sum, list) => sum + list.items.length, 0);
}
