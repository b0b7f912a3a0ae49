import { asText } from "../../shared/api/read";

/** A mapping document as far as the structured editor understands it; everything else in it is kept as it is. */
export type Doc = Record<string, unknown>;

/** One value of a mapping: where it goes and where it comes from. */
export interface Slot {
  /** Where it stands in the document. */
  path: (string | number)[];
  /** What it is called in the event, e.g. `data.total_minor`. */
  target: string;
  value: unknown;
}

export interface EventDoc {
  index: number;
  name: string;
  type: string;
  skip: boolean;
  when: unknown;
  slots: Slot[];
}

const origins = ["column", "text", "const", "multiply", "row_number", "position", "sum", "choose"];

export function isDoc(value: unknown): value is Doc {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function eventsOf(mapping: Doc): EventDoc[] {
  const events = Array.isArray(mapping.events) ? mapping.events : [];
  return events.filter(isDoc).map((event, index) => ({
    index,
    name: String((event.name as string | undefined) ?? ""),
    type: String((event.type as string | undefined) ?? ""),
    skip: event.skip === true,
    when: event.when,
    slots: ["id", "time", "channel", "shop", "identifiers", "data", "lines"].flatMap((part) => (event[part] === undefined ? [] : slots(event[part], ["events", index, part], part))),
  }));
}

function slots(value: unknown, path: (string | number)[], target: string): Slot[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => slots(item, [...path, i], isIdentifier(item) ? `${target}.${String(item.namespace as string)}` : `${target}[${i + 1}]`));
  if (isIdentifier(value)) return [{ path: [...path, "value"], target, value: value.value }];
  if (isDoc(value) && !origins.some((o) => o in value)) return Object.entries(value).flatMap(([name, inner]) => slots(inner, [...path, name], `${target}.${name}`));
  return [{ path, target, value }];
}

function isIdentifier(value: unknown): value is Doc {
  return isDoc(value) && typeof value.namespace === "string" && "value" in value;
}

/** The column that a value is taken from; null when it comes from something else. */
export function columnOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  return isDoc(value) && typeof value.column === "string" ? value.column : null;
}

/** The value taken from another column, with what is done to it kept. */
export function withColumn(value: unknown, column: string): unknown {
  return isDoc(value) ? { ...Object.fromEntries(Object.entries(value).filter(([k]) => !origins.includes(k))), column } : column;
}

/** What a value is besides its column, in the words of the mapping language: `× UnitPrice · negate`. */
export function describe(value: unknown): string {
  if (!isDoc(value)) return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
  return Object.entries(value)
    .filter(([k]) => k !== "column")
    .map(([k, v]) => (v === true ? k : `${k}: ${typeof v === "string" ? v : JSON.stringify(v)}`))
    .join(" · ");
}

/** A copy of the document with the value at the path replaced; undefined removes it. */
export function replaced(document: unknown, path: (string | number)[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(document)) return document.map((item, i) => (i === step ? replaced(item, rest, value) : (item as unknown)));
  const source = isDoc(document) ? document : {};
  const next = replaced(source[step], rest, value);
  if (next === undefined) return Object.fromEntries(Object.entries(source).filter(([k]) => k !== String(step)));
  return { ...source, [step]: next };
}

/** A condition in a short sentence, near to how it is written. */
export function conditionWords(when: unknown): string {
  if (Array.isArray(when)) return when.map(conditionWords).join(" & ");
  if (!isDoc(when)) return asText(when);
  if (when.all) return conditionWords(when.all);
  if (Array.isArray(when.any)) return when.any.map(conditionWords).join(" | ");
  if (when.not) return `¬(${conditionWords(when.not)})`;
  const test = Object.entries(when).find(([k]) => k !== "column" && k !== "rows");
  return [asText(when.column), test?.[0], asText(test?.[1])].join(" ").trim();
}

/** Fields that an event of the type may still be given. */
export function missingTargets(event: EventDoc): { target: string; path: (string | number)[] }[] {
  const fields = event.type.startsWith("order.") ? ["data.order", "data.currency", "data.store", "data.shipping_minor", "data.discount_minor", "data.total_minor", "lines.sku", "lines.name", "lines.category", "lines.quantity", "lines.unit_price_minor", "lines.amount_minor"]
    : event.type === "refund.succeeded" ? ["data.refund", "data.order", "data.currency", "data.amount_minor", "data.reason"]
    : event.type.startsWith("member.") ? ["data.card", "data.profile.name", "data.profile.gender", "data.profile.birthday", "data.profile.province", "data.profile.city"]
    : event.type === "interaction.happened" ? ["data.kind"]
    : event.type === "consent.changed" ? ["data.via", "data.purpose", "data.point", "data.granted", "data.evidence"]
    : event.type === "points.adjusted" ? ["data.points", "data.reason", "data.expires_at"]
    : event.type === "points.redeemed" ? ["data.points", "data.reason", "data.order"]
    : event.type === "points.reserved" ? ["data.points", "data.reason", "data.order", "data.ends_at"]
    : event.type.startsWith("points.") ? ["data.redemption", "data.points"]
    : [];
  const taken = new Set(event.slots.map((s) => s.target));
  return ["shop", ...fields].filter((f) => !taken.has(f)).map((target) => ({ target, path: ["events", event.index, ...target.split(".")] }));
}
