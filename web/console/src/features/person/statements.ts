import { get, put, remove } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Reading, reading } from "../../shared/api/read";
import { endOf, type LinkEnd } from "./api";

const path = <P extends string>(id: string, rest: P) => `/v1/persons/${encodeURIComponent(id)}/${rest}` as const;

/** What a source said of an attribute. */
export interface Statement {
  value: string;
  source: string;
  channel: string;
  standing: string;
  firstSaid: string | null;
  lastSaid: string | null;
  event: string;
  /** The identifier it came in by; null for what names nobody but a number. */
  via: LinkEnd | null;
}

export interface Attribute {
  name: string;
  /** Empty when nobody says anything usable. */
  value: string;
  because: string;
  policy: string;
  sources: string[];
  pin: { by: string; reason: string; at: string | null } | null;
  statements: Statement[];
}

export interface Attributes {
  revealed: boolean;
  awaitsRebuild: boolean;
  attributes: Attribute[];
  left: Left[];
}

/** What was said by an identifier that somebody split off: it went with it. */
export interface Left {
  attributes: string[];
  via: LinkEnd;
  personId: string;
  decision: string;
  by: string;
  reason: string;
  at: string | null;
}

export const fetchAttributes = async (id: string, signal?: AbortSignal): Promise<Attributes> => toAttributes(await get(path(id, "attributes"), {}, signal));

export const pin = async (id: string, name: string, value: string, reason: string): Promise<Attributes> =>
  toAttributes(await put(path(id, `attributes/${encodeURIComponent(name)}/pin`), { value, reason }));

export const unpin = async (id: string, name: string): Promise<Attributes> => toAttributes(await remove(path(id, `attributes/${encodeURIComponent(name)}/pin`)));

function toAttributes(answer: Schemas["AttributesView"]): Attributes {
  const r = reading(answer);
  return { revealed: r.flag("revealed"), awaitsRebuild: r.flag("awaits_rebuild"), attributes: r.list(toAttribute, "attributes"), left: r.list(toLeft, "left") };
}

function toLeft(r: Reading<Schemas["LeftView"]>): Left {
  return { attributes: r.texts("attributes"), via: endOf(r.child("via")), personId: r.text("person_id"), decision: r.text("decision"), by: r.text("by"), reason: r.text("reason"), at: r.textOrNull("at") };
}

function toAttribute(r: Reading<Schemas["AttributeView"]>): Attribute {
  const pinned = r.child("pin");
  return {
    name: r.text("name"),
    value: r.text("value"),
    because: r.text("because"),
    policy: r.text("policy"),
    sources: r.texts("sources"),
    pin: r.has("pin") ? { by: pinned.text("by"), reason: pinned.text("reason"), at: pinned.textOrNull("at") } : null,
    statements: r.list(toStatement, "statements"),
  };
}

function toStatement(r: Reading<Schemas["StatementView"]>): Statement {
  return {
    value: r.text("value"),
    source: r.text("source"),
    channel: r.text("channel"),
    standing: r.text("standing"),
    firstSaid: r.textOrNull("first_said"),
    lastSaid: r.textOrNull("last_said"),
    event: r.text("event"),
    via: r.has("via") ? endOf(r.child("via")) : null,
  };
}
