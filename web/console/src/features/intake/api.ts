import { get, post, put, remove, sendFile } from "../../shared/api/http";
import { type Page, page, type Reading, reading } from "../../shared/api/read";

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
  /** The file's reading is a guess that the user should confirm, e.g. GBK or UTF-8. */
  doubt: string;
}

export async function upload(file: File, onProgress: (sent: number, total: number) => void, signal: AbortSignal): Promise<Upload> {
  return toUpload(reading(await sendFile("/v1/uploads", file, onProgress, signal)));
}

function toUpload(r: Reading): Upload {
  const columns = r.texts("columns");
  return { id: r.text("upload_id", "id"), name: r.text("name"), bytes: r.number("bytes"), format: r.text("format"), encoding: r.text("encoding"), columns, sample: toRows(r.any("rows_sample", "sample", "rows"), columns), doubt: r.text("doubt", "question", "warning") };
}

/** Rows as lists of text, whether they came as lists or as objects by column. */
function toRows(value: unknown, columns: string[]): string[][] {
  if (!Array.isArray(value)) return [];
  return value.map((row) => {
    if (Array.isArray(row)) return row.map(asText);
    const r = reading(row);
    const values = r.any("values");
    if (Array.isArray(values)) return values.map(asText);
    const named = r.has("values") ? r.child("values") : r;
    return columns.map((c) => asText(named.raw[c]));
  });
}

function asText(value: unknown): string {
  return value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value as string | number);
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
  eventCount: number | null;
  /** The whole file was looked at, not only its beginning. */
  complete: boolean;
  mappingProblems: { path: string; detail: string }[];
}

export async function previewImport(uploadId: string, mapping: unknown): Promise<Preview> {
  const body = await post("/v1/imports/preview", mapping === null ? { upload_id: uploadId } : { upload_id: uploadId, mapping });
  const r = reading(body);
  const columns = r.texts("columns");
  const problems = r.list(toBadRows, "problems");
  return {
    mapping: r.any("mapping") ?? mapping,
    columns,
    rows: toRows(r.any("rows"), columns),
    events: (Array.isArray(r.any("events")) ? (r.any("events") as unknown[]) : []).map((e) => (typeof e === "string" ? (JSON.parse(e) as unknown) : e)),
    problems,
    rowsRead: r.number("rows_read"),
    rowsSkipped: r.number("rows_skipped"),
    rowsBad: r.numberOrNull("rows_bad", "rows_dead") ?? problems.reduce((sum, p) => sum + p.count, 0),
    eventCount: r.numberOrNull("event_count", "events_count", "events_made"),
    complete: r.flag("complete"),
    mappingProblems: r.list((p) => ({ path: p.text("path"), detail: p.text("detail", "message") }), "mapping_problems"),
  };
}

function toBadRows(r: Reading): BadRows {
  return { code: r.text("code"), count: r.number("count"), examples: r.list((e) => ({ row: e.text("row", "line"), detail: e.text("detail") }), "examples") };
}

export interface Import {
  id: string;
  file: string;
  state: string;
  dryRun: boolean;
  rowsTotal: number | null;
  rowsRead: number;
  rowsInEvents: number | null;
  rowsDead: number | null;
  rowsSkipped: number | null;
  bytesRead: number;
  bytesTotal: number;
  events: number;
  applied: number;
  duplicate: number;
  declined: number;
  rejected: number;
  problems: BadRows[];
  mapping: unknown;
  error: string;
  createdAt: string | null;
  createdBy: string;
  startedAt: string | null;
  endedAt: string | null;
}

export async function startImport(uploadId: string, mapping: unknown): Promise<string> {
  return reading(await post("/v1/imports", { upload_id: uploadId, mapping })).text("import_id", "id", "job_id");
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

function toImport(r: Reading): Import {
  return {
    id: r.text("id", "import_id"),
    file: r.text("file"),
    state: r.text("state"),
    dryRun: r.flag("dry_run"),
    rowsTotal: r.numberOrNull("rows_total") || null,
    rowsRead: r.number("rows_read"),
    rowsInEvents: r.numberOrNull("rows_in_events"),
    rowsDead: r.numberOrNull("rows_dead"),
    rowsSkipped: r.numberOrNull("rows_skipped"),
    bytesRead: r.number("bytes_read"),
    bytesTotal: r.number("bytes_total"),
    events: r.number("events"),
    applied: r.number("applied"),
    duplicate: r.number("duplicate"),
    declined: r.number("declined"),
    rejected: r.number("rejected"),
    problems: r.list(toBadRows, "problems"),
    mapping: r.any("mapping"),
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

export async function fetchDeadLetters(filters: Record<string, string>, cursor: string | null, signal?: AbortSignal): Promise<Page<DeadLetter>> {
  return page(await get("/v1/dead-letters", { ...filters, cursor }, signal), toDeadLetter);
}

export async function fetchDeadLetter(id: string, signal?: AbortSignal): Promise<DeadLetter> {
  return toDeadLetter(reading(await get(`/v1/dead-letters/${encodeURIComponent(id)}`, {}, signal)));
}

function toDeadLetter(r: Reading): DeadLetter {
  const key = r.text("command_key", "key");
  return {
    id: r.text("dead_letter_id", "id"),
    source: r.text("source"),
    eventId: r.text("event_id") || key.slice(key.indexOf("/") + 1),
    type: r.text("type"),
    code: r.text("code"),
    detail: r.text("detail"),
    body: r.text("body"),
    importId: r.text("import_id", "import"),
    importRow: r.text("import_row", "row"),
    state: r.text("state"),
    firstAt: r.textOrNull("first_at", "first_at_ms"),
    lastAt: r.textOrNull("last_at", "last_at_ms"),
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
  /** Null when the server made a job of it. */
  replayed: number | null;
  applied: number;
  failed: number;
  jobId: string;
}

export async function replayDeadLetters(filter: Record<string, string>): Promise<BulkReplay> {
  const given = Object.fromEntries(Object.entries(filter).filter(([, v]) => v !== ""));
  const r = reading(await post("/v1/dead-letters/replays", { filter: given }));
  return { replayed: r.numberOrNull("replayed", "count", "total"), applied: r.number("applied"), failed: r.number("rejected", "failed"), jobId: r.text("job_id", "id") };
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
  body: unknown;
}

export async function fetchRecentEvents(source: string, signal?: AbortSignal): Promise<SeenEvent[]> {
  return page(await get("/v1/events/recent", { source }, signal), toSeenEvent).items;
}

export function toSeenEvent(r: Reading): SeenEvent {
  const event = r.has("event") ? r.child("event") : r;
  const answer = r.has("answer") ? r.child("answer") : r;
  const at = r.textOrNull("received_at", "at", "at_ms") ?? event.textOrNull("time");
  const source = event.text("source") || r.text("source");
  const id = event.text("id") || r.text("id");
  return {
    key: r.text("seq") || `${at}/${source}/${id}`,
    at,
    source,
    id,
    type: event.text("type"),
    channel: event.text("channel"),
    status: answer.text("status"),
    code: answer.text("code"),
    detail: answer.text("detail"),
    personId: answer.text("person_id"),
    body: r.any("body") ?? (r.has("event") ? r.any("event") : r.raw),
  };
}
