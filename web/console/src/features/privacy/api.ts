import { get, post, put, remove } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Page, page, type Reading, reading } from "../../shared/api/read";

export type RequestKind = "export" | "erase" | "anonymise";

export interface RequestStep {
  name: string;
  state: string;
  count: number | null;
  at: string | null;
}

export interface PrivacyRequest {
  id: string;
  kind: string;
  personId: string;
  state: string;
  note: string;
  receivedAt: string;
  dueAt: string;
  overdue: boolean;
  createdBy: string;
  startedBy: string;
  startedAt: string | null;
  endedAt: string | null;
  steps: RequestStep[];
  error: string;
  suppressed: number;
  documentUntil: string | null;
}

export interface Preview {
  personId: string;
  formerNumbers: string[];
  identifiers: number;
  pointsForfeited: number;
  tables: { table: string; titleZh: string; titleEn: string; fate: string; rows: number }[];
  elsewhere: string[];
}

export const erases = (kind: string): boolean => kind === "erase" || kind === "anonymise";
export const isWaiting = (state: string): boolean => state === "open" || state === "failed";

export interface RequestPage extends Page<PrivacyRequest> {
  waiting: number;
  overdue: number;
}

export async function fetchRequests(filters: Record<string, string>, cursor: string | null, signal?: AbortSignal): Promise<RequestPage> {
  const answer = await get("/v1/privacy/requests", { ...filters, cursor }, signal);
  const all = reading(answer);
  return { ...page(answer, toRequest), waiting: all.number("waiting"), overdue: all.number("overdue") };
}

export async function fetchRequest(id: string, signal?: AbortSignal): Promise<PrivacyRequest> {
  return toRequest(reading(await get(`/v1/privacy/requests/${encodeURIComponent(id)}`, {}, signal)));
}

export async function fetchPreview(person: string, signal?: AbortSignal): Promise<Preview> {
  const r = reading(await get(`/v1/privacy/persons/${encodeURIComponent(person)}/preview`, {}, signal));
  return {
    personId: r.text("person_id"),
    formerNumbers: r.texts("former_numbers"),
    identifiers: r.number("identifiers"),
    pointsForfeited: r.number("points_forfeited"),
    tables: r.list((t) => ({ table: t.text("table"), titleZh: t.text("title_zh"), titleEn: t.text("title_en"), fate: t.text("fate"), rows: t.number("rows") }), "tables"),
    elsewhere: r.texts("elsewhere"),
  };
}

export async function addRequest(kind: string, person: string, note: string): Promise<PrivacyRequest> {
  return toRequest(reading(await post("/v1/privacy/requests", { kind, person_id: Number(person), note })));
}

export async function startRequest(id: string, confirm: string): Promise<void> {
  await post(`/v1/privacy/requests/${encodeURIComponent(id)}/start`, { confirm });
}

export async function withdrawRequest(id: string): Promise<void> {
  await post(`/v1/privacy/requests/${encodeURIComponent(id)}/withdrawal`);
}

export async function deleteDocument(id: string): Promise<void> {
  await remove(`/v1/privacy/requests/${encodeURIComponent(id)}/document`);
}

/** For how many days one kind of thing is kept; null: for ever. */
export interface Retained {
  name: string;
  titleZh: string;
  titleEn: string;
  days: number | null;
  defaultDays: number | null;
}

export interface Retention {
  items: Retained[];
  lastRunAt: string | null;
  lastRows: Record<string, number>;
}

const toRetention = (answer: Schemas["RetentionView"]): Retention => {
  const r = reading(answer);
  const last = r.child("last_run");
  return {
    items: r.list((i) => ({ name: i.text("name"), titleZh: i.text("title_zh"), titleEn: i.text("title_en"), days: i.numberOrNull("days"), defaultDays: i.numberOrNull("default_days") }), "items"),
    lastRunAt: r.has("last_run") ? last.textOrNull("ended_at") : null,
    lastRows: r.has("last_run") ? rowsOf(last) : {},
  };
};

function rowsOf(job: Reading<Schemas["Job"]>): Record<string, number> {
  const rows = job.child("detail").child("rows");
  return Object.fromEntries(rows.entries().map(([name, count]) => [name, Number(count)]));
}

export const fetchRetention = async (signal?: AbortSignal): Promise<Retention> => toRetention(await get("/v1/privacy/retention", {}, signal));

export const changeRetention = async (days: Record<string, number | null>): Promise<Retention> => toRetention(await put("/v1/privacy/retention", { days }));

/** Begins a run; answers its job's number. */
export const runRetention = async (dryRun: boolean): Promise<string> => reading(await post("/v1/privacy/retention/runs", { dry_run: dryRun })).text("job_id");

/** Null while it runs. */
export async function fetchRetentionRun(job: string, signal?: AbortSignal): Promise<{ state: string; rows: Record<string, number> } | null> {
  const r = reading(await get(`/v1/jobs/${encodeURIComponent(job)}`, {}, signal));
  const state = r.text("state");
  return state === "waiting" || state === "running" ? null : { state, rows: rowsOf(r) };
}

function toRequest(r: Reading<Schemas["PrivacyRequestView"]>): PrivacyRequest {
  return {
    id: r.text("request_id"),
    kind: r.text("kind"),
    personId: r.text("person_id"),
    state: r.text("state"),
    note: r.text("note"),
    receivedAt: r.text("received_at"),
    dueAt: r.text("due_at"),
    overdue: r.flag("overdue"),
    createdBy: r.text("created_by"),
    startedBy: r.text("started_by"),
    startedAt: r.textOrNull("started_at"),
    endedAt: r.textOrNull("ended_at"),
    steps: r.list((s) => ({ name: s.text("name"), state: s.text("state"), count: s.numberOrNull("count"), at: s.textOrNull("at") }), "steps"),
    error: r.text("error"),
    suppressed: r.number("suppressed"),
    documentUntil: r.textOrNull("document_until"),
  };
}
