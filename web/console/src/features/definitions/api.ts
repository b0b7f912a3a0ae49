import { get, post, put } from "../../shared/api/http";
import { page, type Reading, reading } from "../../shared/api/read";

export const definitionKinds = ["program", "audience", "journey", "mapping"] as const;

export interface DefinitionLine {
  kind: string;
  name: string;
  title: string;
  liveVersion: number | null;
  draftVersion: number | null;
  changedAt: string | null;
  changedBy: string;
}

export async function fetchDefinitions(kind: string, signal?: AbortSignal): Promise<DefinitionLine[]> {
  const items = page(await get("/v1/definitions", { kind }, signal), toLine).items;
  // A server may send one item a definition or one item a version: either way one line a definition.
  const lines = new Map<string, DefinitionLine>();
  for (const item of items) {
    const key = `${item.kind}/${item.name}`;
    const known = lines.get(key);
    lines.set(key, known ? { ...known, liveVersion: known.liveVersion ?? item.liveVersion, draftVersion: known.draftVersion ?? item.draftVersion } : item);
  }
  return [...lines.values()];
}

function toLine(r: Reading): DefinitionLine {
  const state = r.text("state");
  const version = r.numberOrNull("version", "latest_version", "latest");
  const live = r.numberOrNull("live_version", "live") ?? (state === "live" ? version : null);
  const draft = r.numberOrNull("draft_version", "draft") ?? (state === "draft" ? version : version !== null && live !== null && version > live ? version : null);
  return { kind: r.text("kind"), name: r.text("name"), title: r.text("title") || r.text("name"), liveVersion: live, draftVersion: draft, changedAt: r.textOrNull("changed_at", "created_at", "updated_at"), changedBy: r.text("changed_by", "created_by") };
}

export interface Version {
  version: number;
  state: string;
  title: string;
  note: string;
  createdAt: string | null;
  createdBy: string;
  /** Null where the server sends versions without their body. */
  body: unknown;
}

export async function fetchVersions(kind: string, name: string, signal?: AbortSignal): Promise<Version[]> {
  const r = reading(await get(`/v1/definitions/${kind}/${encodeURIComponent(name)}`, {}, signal));
  return (r.has("versions") ? r.list(toVersion, "versions") : r.list(toVersion, "items")).sort((a, b) => b.version - a.version);
}

export async function fetchVersion(kind: string, name: string, version: number, signal?: AbortSignal): Promise<Version> {
  return toVersion(reading(await get(`/v1/definitions/${kind}/${encodeURIComponent(name)}/versions/${version}`, {}, signal)));
}

function toVersion(r: Reading): Version {
  const body = r.any("body", "definition");
  return { version: r.number("version"), state: r.text("state"), title: r.text("title"), note: r.text("note"), createdAt: r.textOrNull("created_at"), createdBy: r.text("created_by"), body: typeof body === "string" ? (JSON.parse(body) as unknown) : (body ?? null) };
}

/** Saves a new draft version; answers its number. */
export async function saveDraft(kind: string, name: string, draft: { body: unknown; title?: string; note?: string }): Promise<number> {
  return reading(await put(`/v1/definitions/${kind}/${encodeURIComponent(name)}`, draft)).number("version");
}

export async function publish(kind: string, name: string, version: number): Promise<void> {
  await post(`/v1/definitions/${kind}/${encodeURIComponent(name)}/versions/${version}/publication`);
}

export interface Objection {
  path: string;
  message: string;
}

/** What is wrong with a body; empty when it may be saved. */
export async function validate(kind: string, body: unknown): Promise<Objection[]> {
  const r = reading(await post("/v1/definitions/validations", { kind, body }));
  const list = r.any("errors", "problems", "items");
  if (!Array.isArray(list)) return [];
  return list.map((item) => (typeof item === "string" ? { path: "", message: item } : { path: reading(item).text("path", "pointer", "at"), message: reading(item).text("message", "detail", "error") }));
}
