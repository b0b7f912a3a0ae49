import { get, post } from "../../shared/api/http";
import { reading } from "../../shared/api/read";

/** So many of one type become so many of another. */
export interface Conversion {
  from: string;
  to: string;
  points: number;
  gives: number;
}

/** What a conversion would do. */
export interface ConversionQuote {
  points: number;
  /** Of them, those that come out even. */
  leaves: number;
  arrives: number;
  /** Those that do not, and stay. */
  remainder: number;
  spendable: number;
  spendableThere: number;
  endsAt: string | null;
  /** Empty: it would not be refused. */
  refusal: string;
}

/** An entry that a conversion made. */
export interface Moved {
  entryId: string;
  type: string;
  spendable: number;
}

export async function quoteConversion(personId: string, of: Conversion, points: number, signal?: AbortSignal): Promise<ConversionQuote> {
  const r = reading(await get(`/v1/persons/${encodeURIComponent(personId)}/points/conversion`, { from: of.from, to: of.to, points }, signal));
  return {
    points: r.number("points"),
    leaves: r.number("leaves"),
    arrives: r.number("arrives"),
    remainder: r.number("remainder"),
    spendable: r.number("spendable"),
    spendableThere: r.number("spendable_there"),
    endsAt: r.textOrNull("ends_at"),
    refusal: r.child("refusal").text("code"),
  };
}

/** Answers both sides: what left and what arrived. The key makes a second click the same conversion. */
export async function convert(personId: string, of: Conversion, points: number, key: string): Promise<Moved[]> {
  const r = reading(await post("/v1/points/conversions", { person_id: Number(personId), from: of.from, to: of.to, points }, { "Idempotency-Key": key }));
  return r.list((e) => ({ entryId: e.text("entry_id"), type: e.text("point_type"), spendable: e.number("spendable") }), "entries");
}

/** Undoes an entry and what the same command made with it. */
export async function reverseEntry(entryId: string, reason: string): Promise<void> {
  await post(`/v1/points/entries/${encodeURIComponent(entryId)}/reversal`, { reason }, { "Idempotency-Key": `reverse-${entryId}` });
}
