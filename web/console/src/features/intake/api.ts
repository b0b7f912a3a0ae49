import { get, post, put, remove, sendFile } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { asText, type Page, page, type Reading, reading } from "../../shared/api/read";

export interface Source {
  source: string;
  channel: string;
  events: number;
  rejected: number;
  lastAt: string | null;
}

export async function fetchSources(signal?: AbortSignal): Promise<Source[]> {
  return page(await get("/v1/sources", {}, signal), (r) => ({ source: r.text("source"), channel: r.text("channel"), events: r.number("events"), rejected: r.number("rejected"), lastAt: r.textOrNull("last_at") })).items;
}

export interface Upload {
  id: string;
  name: string;
  bytes: number;
  format: string;
  encoding: string;
  columns: string[];
  sample: string[][];
  problems: BadRows[];
  /** Encodings that fit alike; somebody has to say which. */
  candidates: string[];
}

export async function upload(file: File, onProgress: (sent: number, total: number) => void, signal: AbortSignal): Promise<Upload> {
  return toUpload(reading((await sendFile("/v1/uploads", file, onProgress, signal)) as Schemas["UploadAnswer"]));
}

function toUpload(r: Reading<Schemas["UploadAnswer"]>): Upload {
  const columns = r.texts("columns");
  return { id: r.text("upload_id"), name: r.text("name"), bytes: r.number("bytes"), format: r.text("format"), encoding: r.text("encoding"), columns, sample: toRows(r.any("rows_sample")), problems: r.list(toBadRows, "problems"), candidates: r.texts("candidates") };
}

function toRows(value: unknown): string[][] {
  return Array.isArray(value) ? value.map((row) => (Array.isArray(row) ? row.map(asText) : [asText(row)])) : [];
}

export interface BadRows {
  code: string;
  count: number;
  examples: { row: string; detail: string }[];
}

export interface Preview {
  /** The mapping that was used: the one sent, or the one proposed. */
  mapping: unknown;
  columns: string[];
  rows: string[][];
  events: unknown[];
  problems: BadRows[];
  rowsRead: number;
  rowsSkipped: number;
  rowsBad: number;
  eventsMade: number;
  /** The whole file was looked at, not only its beginning. */
  complete: boolean;
}

/** Without a mapping one is proposed, for the file as it reads in the encoding; an empty one is found out. */
export async function previewImport(uploadId: string, mapping: unknown, encoding: string): Promise<Preview> {
  const body = await post("/v1/imports/preview", { upload_id: uploadId, mapping: mapping ?? undefined, encoding: encoding || undefined });
  const r = reading(body);
  const columns = r.texts("columns");
  return {
    mapping: r.any("mapping") ?? mapping,
    columns,
    rows: toRows(r.any("rows")),
    events: r.list((e) => e.raw, "events"),
    problems: r.list(toBadRows, "problems"),
    rowsRead: r.number("rows_read"),
    rowsSkipped: r.number("rows_skipped"),
    rowsBad: r.number("rows_dead"),
    eventsMade: r.number("events_made"),
    complete: r.flag("complete"),
  };
}

function toBadRows(r: Reading<Schemas["ProblemCount"]>): BadRows {
  return { code: r.text("code"), count: r.number("count"), examples: r.list((e) => ({ row: e.text("row") === "0" ? "" : e.text("row"), detail: e.text("detail") }), "examples") };
}

export interface Import {
  id: string;
  file: string;
  state: string;
  dryRun: boolean;
  rowsTotal: number | null;
  rowsRead: number;
  rowsInEvents: number;
  rowsDead: number;
  rowsSkipped: number;
  bytesRead: number;
  bytesTotal: number;
  events: number;
  applied: number;
  duplicate: number;
  declined: number;
  rejected: number;
  problems: BadRows[];
  /** The mapping's name. */
  mapping: string;
  error: string;
  createdAt: string | null;
  createdBy: string;
  startedAt: string | null;
  endedAt: string | null;
}

export async function startImport(uploadId: string, mapping: unknown): Promise<string> {
  return reading(await post("/v1/imports", { upload_id: uploadId, mapping })).text("id");
}

export async function fetchImports(_: Record<string, string>, cursor: string | null, signal?: AbortSignal): Promise<Page<Import>> {
  return page(await get("/v1/imports", { cursor }, signal), toImport);
}

export async function fetchImport(id: string, signal?: AbortSignal): Promise<Import> {
  return toImport(reading(await get(`/v1/imports/${encodeURIComponent(id)}`, {}, signal)));
}

export async function resumeImport(id: string): Promise<void> {
  await post(`/v1/imports/${encodeURIComponent(id)}/resume`);
}

export async function cancelImport(id: string): Promise<void> {
  await post(`/v1/imports/${encodeURIComponent(id)}/cancel`);
}

function toImport(r: Reading<Schemas["ImportAnswer"]>): Import {
  return {
    id: r.text("id"),
    file: r.text("file"),
    state: r.text("state"),
    dryRun: r.flag("dry_run"),
    rowsTotal: r.numberOrNull("rows_total") || null,
    rowsRead: r.number("rows_read"),
    rowsInEvents: r.number("rows_in_events"),
    rowsDead: r.number("rows_dead"),
    rowsSkipped: r.number("rows_skipped"),
    bytesRead: r.number("bytes_read"),
    bytesTotal: r.number("bytes_total"),
    events: r.number("events"),
    applied: r.number("applied"),
    duplicate: r.number("duplicate"),
    declined: r.number("declined"),
    rejected: r.number("rejected"),
    problems: r.list(toBadRows, "problems"),
    mapping: r.text("mapping"),
    error: r.text("error"),
    createdAt: r.textOrNull("created_at"),
    createdBy: r.text("created_by"),
    startedAt: r.textOrNull("started_at"),
    endedAt: r.textOrNull("ended_at"),
  };
}

export interface DeadLetter {
  id: string;
  source: string;
  eventId: string;
  type: string;
  code: string;
  detail: string;
  body: string;
  importId: string;
  importRow: string;
  state: string;
  firstAt: string | null;
  lastAt: string | null;
}

/** How many are open in all. */
export async function countOpenDeadLetters(signal?: AbortSignal): Promise<number> {
  return reading(await get("/v1/dead-letters", { state: "open", limit: 1 }, signal)).number("open");
}

export async function fetchDeadLetters(filters: Record<string, string>, cursor: string | null, signal?: AbortSignal): Promise<Page<DeadLetter>> {
  return page(await get("/v1/dead-letters", { ...filters, cursor }, signal), toDeadLetter);
}

export async function fetchDeadLetter(id: string, signal?: AbortSignal): Promise<DeadLetter> {
  return toDeadLetter(reading(await get(`/v1/dead-letters/${encodeURIComponent(id)}`, {}, signal)));
}

function toDeadLetter(r: Reading<Schemas["Letter"]>): DeadLetter {
  return {
    id: r.text("dead_letter_id"),
    source: r.text("source"),
    eventId: r.text("id"),
    type: r.text("type"),
    code: r.text("code"),
    detail: r.text("detail"),
    body: r.text("body"),
    importId: r.text("import_id"),
    importRow: r.text("import_row"),
    state: r.text("state"),
    firstAt: r.textOrNull("first_at"),
    lastAt: r.textOrNull("last_at"),
  };
}

export async function mendDeadLetter(id: string, body: string): Promise<void> {
  await put(`/v1/dead-letters/${encodeURIComponent(id)}`, { body });
}

export interface Replay {
  status: string;
  code: string;
  detail: string;
  personId: string;
}

export async function replayDeadLetter(id: string): Promise<Replay> {
  const r = reading(await post(`/v1/dead-letters/${encodeURIComponent(id)}/replays`));
  return { status: r.text("status"), code: r.text("code"), detail: r.text("detail"), personId: r.text("person_id") };
}

export interface BulkReplay {
  replayed: number;
  /** Now in the Books, or found to be there already. */
  settled: number;
  /** There are more than one request replays; ask again. */
  more: boolean;
}

export async function replayDeadLetters(filter: Record<string, string>): Promise<BulkReplay> {
  const given = Object.fromEntries(Object.entries(filter).filter(([, v]) => v !== "").map(([k, v]) => [k, k === "import" ? Number(v) : v]));
  const r = reading(await post("/v1/dead-letters/replays", { filter: given }));
  return { replayed: r.number("replayed"), settled: r.number("applied") + r.number("duplicate"), more: r.flag("more") };
}

export async function dropDeadLetter(id: string): Promise<void> {
  await remove(`/v1/dead-letters/${encodeURIComponent(id)}`);
}

export interface SeenEvent {
  key: string;
  at: string | null;
  source: string;
  id: string;
  type: string;
  channel: string;
  status: string;
  code: string;
  detail: string;
  personId: string;
  body: string;
}

export async function fetchRecentEvents(source: string, signal?: AbortSignal): Promise<SeenEvent[]> {
  return page(await get("/v1/events/recent", { source }, signal), toSeenEvent).items;
}

export function toSeenEvent(r: Reading<Schemas["RecentItem"]>): SeenEvent {
  return {
    key: r.text("number"),
    at: r.textOrNull("at"),
    source: r.text("source"),
    id: r.text("id"),
    type: r.text("type"),
    channel: r.text("channel"),
    status: r.text("status"),
    code: r.text("code"),
    detail: r.text("detail"),
    personId: r.text("person_id"),
    body: r.text("body"),
  };
}
