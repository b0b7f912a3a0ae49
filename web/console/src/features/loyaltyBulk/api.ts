import { get, post, postFile } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Page, page, type Reading, reading } from "../../shared/api/read";

/** A list of points to give and take, and what came of its lines. */
export interface Bulk {
  id: string;
  reason: string;
  /** checking, checked (looked at only), awaiting (a second person), applying, done, rejected. */
  state: string;
  createdBy: string;
  at: string | null;
  decidedBy: string;
  decidedAt: string | null;
  lines: number;
  given: number;
  taken: number;
  outcomes: Outcome[];
  /** The first lines. */
  examples: Line[];
}

/** Lines of which the same came. */
export interface Outcome {
  /** new, ready, applied, known, refused. */
  outcome: string;
  /** Of the refused: why. */
  code: string;
  lines: number;
  given: number;
  taken: number;
}

export interface Line {
  line: number;
  personId: string;
  points: number;
  reason: string;
  outcome: string;
  code: string;
}

export const path = <P extends string>(id: string, rest: P) => `/v1/loyalty/bulk-adjustments/${encodeURIComponent(id)}/${rest}` as const;

/** Hands a list in to be looked at; nothing moves. Answers its number. */
export async function handIn(file: File, reason: string): Promise<string> {
  const isJson = /\.(ndjson|jsonl)$/i.test(file.name);
  return reading(await postFile("/v1/loyalty/bulk-adjustments", { reason, dry_run: true }, new Blob([file], { type: isJson ? "application/x-ndjson" : "text/csv" }))).text("bulk_id");
}

export async function fetchBulks(filters: Record<string, string>, cursor: string | null, signal?: AbortSignal): Promise<Page<Bulk>> {
  return page(await get("/v1/loyalty/bulk-adjustments", { ...filters, cursor }, signal), toBulk);
}

export async function fetchBulk(id: string, signal?: AbortSignal): Promise<Bulk> {
  return toBulk(reading(await get(`/v1/loyalty/bulk-adjustments/${encodeURIComponent(id)}`, {}, signal)));
}

/** What was looked at is applied, or waits for a second person. */
export async function apply(id: string): Promise<void> {
  await post(path(id, "application"));
}

export async function decide(id: string, approve: boolean): Promise<void> {
  await post(approve ? path(id, "approval") : path(id, "rejection"));
}

export const isBusy = (state: string): boolean => state === "checking" || state === "applying";

/** How many lines have an outcome of this kind. */
export const linesOf = (bulk: Bulk, outcome: string): number => bulk.outcomes.filter((o) => o.outcome === outcome).reduce((sum, o) => sum + o.lines, 0);

function toBulk(r: Reading<Schemas["BulkView"]>): Bulk {
  return {
    id: r.text("bulk_id"),
    reason: r.text("reason"),
    state: r.text("state"),
    createdBy: r.text("created_by"),
    at: r.textOrNull("at"),
    decidedBy: r.text("decided_by"),
    decidedAt: r.textOrNull("decided_at"),
    lines: r.number("lines"),
    given: r.number("points_given"),
    taken: r.number("points_taken"),
    outcomes: r.list((o) => ({ outcome: o.text("outcome"), code: o.text("code"), lines: o.number("lines"), given: o.number("given"), taken: o.number("taken") }), "outcomes"),
    examples: r.list((l) => ({ line: l.number("line"), personId: l.text("person_id"), points: l.number("points"), reason: l.text("reason"), outcome: l.text("outcome"), code: l.text("code") }), "examples"),
  };
}
