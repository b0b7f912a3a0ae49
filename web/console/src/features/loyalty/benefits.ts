import { get, post } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Reading, reading } from "../../shared/api/read";

/** A benefit of the program, as one member has it. */
export interface BenefitLine {
  name: string;
  title: string;
  /** entry_gift, birthday, anniversary come by themselves; free_shipping, product, service are used. */
  kind: string;
  isTheirs: boolean;
  tiers: string[];
  points: number;
  voucher: string;
  times: number | null;
  per: string;
  used: number;
  left: number | null;
  resetsAt: string | null;
  next: string | null;
}

export interface BenefitRecord {
  id: string;
  benefit: string;
  state: string;
  occasion: string;
  times: number;
  points: number;
  takenBack: number;
  voucher: string;
  order: string;
  reason: string;
  at: string;
}

export interface BenefitSheet {
  items: BenefitLine[];
  records: BenefitRecord[];
}

export const gifts = ["entry_gift", "birthday", "anniversary"];

export async function fetchBenefits(personId: string, signal?: AbortSignal): Promise<BenefitSheet> {
  const r = reading(await get(`/v1/persons/${encodeURIComponent(personId)}/benefits`, {}, signal));
  return { items: r.list(toLine, "items"), records: r.list(toRecord, "records") };
}

/** Counts a use; the key makes a second click the same use. Answers its number. */
export async function countUse(personId: string, benefit: string, key: string): Promise<string> {
  return reading(await post("/v1/loyalty/benefits/use", { person_id: Number(personId), benefit }, { "Idempotency-Key": key })).text("use_id");
}

export async function undoUse(useId: string, reason: string): Promise<void> {
  await post(`/v1/loyalty/benefits/uses/${encodeURIComponent(useId)}/reversal`, { reason }, { "Idempotency-Key": `undo-${useId}` });
}

function toLine(r: Reading<Schemas["BenefitView"]>): BenefitLine {
  const tiers = r.raw.tiers;
  return {
    name: r.text("name"),
    title: r.text("title"),
    kind: r.text("kind"),
    isTheirs: r.flag("is_theirs"),
    tiers: Array.isArray(tiers) ? tiers.map(String) : [],
    points: r.number("points"),
    voucher: r.text("voucher"),
    times: r.numberOrNull("times"),
    per: r.text("per"),
    used: r.number("used"),
    left: r.numberOrNull("left"),
    resetsAt: r.textOrNull("resets_at"),
    next: r.textOrNull("next"),
  };
}

function toRecord(r: Reading<Schemas["RecordView"]>): BenefitRecord {
  return {
    id: r.text("use_id"),
    benefit: r.text("benefit"),
    state: r.text("state"),
    occasion: r.text("occasion"),
    times: r.number("times"),
    points: r.number("points"),
    takenBack: r.number("taken_back"),
    voucher: r.text("voucher"),
    order: r.text("order"),
    reason: r.text("reason"),
    at: r.text("at"),
  };
}
