import { get, post } from "../../shared/api/http";
import { type Reading, reading } from "../../shared/api/read";

export interface Sample {
  what: string;
  person: string;
  into: string;
  rules: string[];
  name: string;
  intoName: string;
}

/** What a rebuild changes, or would change. */
export interface Report {
  identifiers: number;
  links: number;
  affected: number;
  merged: number;
  divided: number;
  born: number;
  linksDropped: number;
  linksBelieved: number;
  samples: Sample[];
  warnings: string[];
  seconds: number;
}

/** The report in a job's detail, once it is done. */
export function reportOf(detail: unknown): Report | null {
  const r = reading(detail);
  return r.has("report") ? toReport(r.child("report")) : null;
}

export const phaseOf = (detail: unknown): string => reading(detail).text("phase");

function toReport(r: Reading): Report {
  return {
    identifiers: r.number("identifiers"),
    links: r.number("links"),
    affected: r.number("affected"),
    merged: r.number("merged"),
    divided: r.number("divided"),
    born: r.number("born"),
    linksDropped: r.number("links_dropped"),
    linksBelieved: r.number("links_believed"),
    samples: r.list((s) => ({ what: s.text("what"), person: s.text("person_id"), into: s.text("into"), rules: s.texts("rules"), name: s.text("name"), intoName: s.text("into_name") }), "samples"),
    warnings: r.texts("warnings"),
    seconds: r.number("seconds"),
  };
}

/** Tries rules on all that is known, as a job; null: those in force. */
export const tryRules = async (rules: unknown): Promise<string> => reading(await post("/v1/identity/rebuilds", { dry_run: true, ...(rules === null ? {} : { rules }) })).text("job_id");

/** Resolves everybody anew by the rules in force, as a job. */
export const rebuild = async (): Promise<string> => reading(await post("/v1/identity/rebuilds", { dry_run: false })).text("job_id");

export const fetchShipped = async (signal?: AbortSignal): Promise<unknown> => reading(await get("/v1/identity/shipped-rules", {}, signal)).any("body");
