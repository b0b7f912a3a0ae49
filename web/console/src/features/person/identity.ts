import { get, post, remove } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { page, type Reading, reading } from "../../shared/api/read";
import { endOf, type LinkEnd } from "./api";

const path = <P extends string>(id: string, rest: P) => `/v1/persons/${encodeURIComponent(id)}/${rest}` as const;

/** What somebody decided about a person's identifiers. */
export interface Decision {
  id: string;
  kind: string;
  at: string | null;
  by: string;
  reason: string;
  revokedAt: string | null;
  revokedBy: string;
  identifiers: (LinkEnd & { side: number })[];
}

export async function fetchDecisions(id: string, signal?: AbortSignal): Promise<Decision[]> {
  return page(await get(path(id, "decisions"), {}, signal), toDecision).items;
}

function toDecision(r: Reading<Schemas["DecisionView"]>): Decision {
  return {
    id: r.text("decision"),
    kind: r.text("kind"),
    at: r.textOrNull("at"),
    by: r.text("by"),
    reason: r.text("reason"),
    revokedAt: r.textOrNull("revoked_at"),
    revokedBy: r.text("revoked_by"),
    identifiers: r.list((i) => ({ ...endOf(i), side: i.number("side") }), "identifiers"),
  };
}

/** Where the person is after the decision. */
const personOf = (answer: { person_id: number }): string => reading(answer).text("person_id");

export const revokeDecision = async (id: string, decision: string): Promise<string> => personOf(await remove(path(id, `decisions/${decision}`)));

/** A decision to be made: what the server is asked, first for a preview and then in earnest. */
export type Wanted = { kind: "merge"; other: string } | { kind: "split"; identifiers: string[] };

const bodyOf = (wanted: Wanted) => (wanted.kind === "merge" ? { other: Number(wanted.other) } : { identifiers: wanted.identifiers });

export const decide = async (id: string, wanted: Wanted, reason: string, key: string): Promise<string> =>
  personOf(await post(wanted.kind === "merge" ? path(id, "merge") : path(id, "split"), { ...bodyOf(wanted), reason }, { "Idempotency-Key": key }));

export interface Preview {
  persons: { id: string; endsIn: string; before: number; after: number }[];
  identifiers: (LinkEnd & { from: string; to: string })[];
  revived: string[];
  revoked: string[];
  overrides: { rule: string; identifiers: LinkEnd[] }[];
  holdings: { person: string; measure: string; of: string; type: string; before: number; after: number; tierBefore: string; tierAfter: string }[];
}

export async function fetchPreview(id: string, wanted: Wanted): Promise<Preview> {
  const r = reading(await post(wanted.kind === "merge" ? path(id, "merge/preview") : path(id, "split/preview"), bodyOf(wanted)));
  return {
    persons: r.list((p) => ({ id: p.text("person_id"), endsIn: p.text("ends_in"), before: p.number("identifiers_before"), after: p.number("identifiers_after") }), "persons"),
    identifiers: r.list((i) => ({ ...endOf(i), from: i.text("from_person_id"), to: i.text("to_person_id") }), "identifiers"),
    revived: r.texts("revived_numbers"),
    revoked: r.texts("revoked_decisions"),
    overrides: r.list((o) => ({ rule: o.text("rule"), identifiers: o.list(endOf, "identifiers") }), "overrides"),
    holdings: r.list(
      (h) => ({ person: h.text("person_id"), measure: h.text("measure"), of: h.text("of"), type: h.text("point_type"), before: h.number("before"), after: h.number("after"), tierBefore: h.text("tier_before"), tierAfter: h.text("tier_after") }),
      "holdings",
    ),
  };
}

export interface WhyLink {
  from: LinkEnd;
  to: LinkEnd;
  source: string;
  strength: string;
  event: string;
  firstSeen: string | null;
  lastSeen: string | null;
  verifiedAt: string | null;
  decision: string;
  droppedRule: string;
}

export interface WhyAnswer {
  verdict: string;
  a: LinkEnd;
  b: LinkEnd;
  path: WhyLink[];
  dropped: WhyLink[];
  decisions: Decision[];
  overrides: Override[];
}

/** A limit of the rules that the person is beyond because somebody decided so. */
export interface Override {
  rule: string;
  identifiers: LinkEnd[];
  decision: string;
  by: string;
  reason: string;
  at: string | null;
}

const toOverride = (r: Reading<Schemas["WhyOverrideView"]>): Override => ({
  rule: r.text("rule"),
  identifiers: r.list(endOf, "identifiers"),
  decision: r.text("decision"),
  by: r.text("by"),
  reason: r.text("reason"),
  at: r.textOrNull("at"),
});

export async function fetchWhy(a: string, b: string, signal?: AbortSignal): Promise<WhyAnswer> {
  const r = reading(await get("/v1/identity/why", { a, b }, signal));
  return { verdict: r.text("verdict"), a: endOf(r.child("a")), b: endOf(r.child("b")), path: r.list(toWhyLink, "path"), dropped: r.list(toWhyLink, "dropped"), decisions: r.list(toDecision, "decisions"), overrides: r.list(toOverride, "overrides") };
}

function toWhyLink(r: Reading<Schemas["WhyLinkView"]>): WhyLink {
  return {
    from: endOf(r.child("from")),
    to: endOf(r.child("to")),
    source: r.text("source"),
    strength: r.text("strength"),
    event: r.text("event"),
    firstSeen: r.textOrNull("first_seen"),
    lastSeen: r.textOrNull("last_seen"),
    verifiedAt: r.textOrNull("verified_at"),
    decision: r.text("decision"),
    droppedRule: r.text("dropped_rule"),
  };
}
