import { get, post } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Page, page, type Reading, reading } from "../../shared/api/read";
import { type PersonLine, toPersonLine } from "../members/api";

export interface Audience {
  name: string;
  title: string;
  count: number | null;
  asOf: string | null;
  definition: unknown;
  version: number | null;
}

export async function fetchAudiences(signal?: AbortSignal): Promise<Audience[]> {
  return page(await get("/v1/audiences", {}, signal), toAudience).items;
}

/** Of each household only one person is in it. */
export function isOnePerHousehold(definition: unknown): boolean {
  return typeof definition === "object" && definition !== null && "one_per" in definition && definition.one_per === "household";
}

function toAudience(r: Reading<Schemas["AudienceView"]>): Audience {
  return { name: r.text("name"), title: r.text("title") || r.text("name"), count: r.numberOrNull("count"), asOf: r.textOrNull("as_of"), definition: r.any("definition"), version: r.numberOrNull("version") };
}

export async function fetchAudiencePersons(name: string, cursor: string | null, signal?: AbortSignal): Promise<Page<PersonLine>> {
  return page(await get(`/v1/audiences/${encodeURIComponent(name)}/persons`, { cursor }, signal), toPersonLine);
}

export interface AudiencePreview {
  count: number;
  sample: PersonLine[];
  asOf: string | null;
}

export async function previewAudience(definition: unknown): Promise<AudiencePreview> {
  const r = reading(await post("/v1/audiences/preview", { definition }));
  return { count: r.number("count"), sample: r.list(toPersonLine, "sample"), asOf: r.textOrNull("as_of") };
}
