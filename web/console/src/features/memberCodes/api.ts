import { post } from "../../shared/api/http";
import { reading } from "../../shared/api/read";

/** The code on a member's card at this moment. */
export interface MemberCode {
  card: string;
  /** As the picture says it. */
  code: string;
  /** So long is it shown, from the moment of asking. */
  leftMs: number;
  stepMs: number;
}

/** Who showed a code. */
export interface Shown {
  personId: string;
  name: string;
  card: string;
  tierTitle: string;
  /** Negative: a debt. */
  spendable: number;
  pending: number;
  at: string;
}

export async function fetchCode(personId: string): Promise<MemberCode> {
  const r = reading(await post(`/v1/persons/${encodeURIComponent(personId)}/member-codes`, {}));
  // The difference of two instants of the server: this machine's clock may be wrong.
  return { card: r.text("card"), code: r.text("code"), leftMs: Date.parse(r.text("code_until")) - Date.parse(r.text("at")), stepMs: r.number("step_seconds") * 1000 };
}

/** Whose code it is. A code counts once; the same key hears the same again. */
export async function verify(code: string, key: string): Promise<Shown> {
  const r = reading(await post("/v1/loyalty/codes/verify", { code }, { "Idempotency-Key": key }));
  return {
    personId: r.text("person_id"),
    name: r.text("name"),
    card: r.text("card"),
    tierTitle: r.text("tier_title"),
    spendable: r.number("points_spendable"),
    pending: r.number("points_pending"),
    at: r.text("at"),
  };
}

/** The digits in two groups, to be read aloud. */
export function digitsOf(code: string): string {
  const digits = code.split(":")[1] ?? "";
  return `${digits.slice(0, 4)} ${digits.slice(4)}`.trim();
}

/**
 * What was scanned or typed, as a code: a scanner behind a Chinese keyboard writes full-width signs, and who types leaves out what is always the same
 * and puts spaces where they were read.
 */
export function codeFrom(text: string): string {
  const plain = text.normalize("NFKC").trim();
  const typed = /^(\d{4})\s*(\d{4})[\s:]+(\S+)$/.exec(plain);
  return typed ? `DK1:${typed[1]}${typed[2]}:${typed[3]}` : plain;
}
