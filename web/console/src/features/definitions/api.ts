import { get, post, put } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { page, type Reading, reading } from "../../shared/api/read";

/** As the navigation orders them. */
export const definitionKinds = ["program", "audience", "journey", "mapping", "identity"] as const;

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
  return page(await get("/v1/definitions", { kind }, signal), toLine).items;
}

function toLine(r: Reading<Schemas["DefinitionHead"]>): DefinitionLine {
  const newest = r.number("newest_version");
  const live = r.numberOrNull("live_version");
  return { kind: r.text("kind"), name: r.text("name"), title: r.text("title") || r.text("name"), liveVersion: live, draftVersion: newest > (live ?? 0) ? newest : null, changedAt: r.textOrNull("changed_at"), changedBy: r.text("changed_by") };
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
  return r.list(toVersion, "versions");
}

export async function fetchVersion(kind: string, name: string, version: number, signal?: AbortSignal): Promise<Version> {
  return toVersion(reading(await get(`/v1/definitions/${kind}/${encodeURIComponent(name)}/versions/${String(version)}`, {}, signal)));
}

/** A version as a list has it, or with its body. */
function toVersion({ raw }: { readonly raw: Schemas["VersionView"] | Schemas["Definition"] }): Version {
  const r = reading<Partial<Schemas["Definition"]>>(raw);
  return { version: r.number("version"), state: r.text("state"), title: r.text("title"), note: r.text("note"), createdAt: r.textOrNull("created_at"), createdBy: r.text("created_by"), body: r.any("body") ?? null };
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
  return r.list((item) => ({ path: item.text("path"), message: item.text("detail") }), "problems");
}
