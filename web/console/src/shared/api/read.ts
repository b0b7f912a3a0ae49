/**
 * Reading of what came over the wire: the one place where the console is tolerant. A missing field becomes the empty
 * value of its type, a number sent as text becomes a number; screens then deal with one shape only.
 */
export class Reading {
  constructor(readonly raw: Record<string, unknown>) {}

  /** The first of the names that is there. */
  any(...names: string[]): unknown {
    for (const name of names) if (this.raw[name] !== undefined && this.raw[name] !== null) return this.raw[name];
    return undefined;
  }

  text(...names: string[]): string {
    const value = this.any(...names);
    return asText(value);
  }

  textOrNull(...names: string[]): string | null {
    return this.any(...names) === undefined ? null : this.text(...names);
  }

  number(...names: string[]): number {
    return this.numberOrNull(...names) ?? 0;
  }

  numberOrNull(...names: string[]): number | null {
    const value = this.any(...names);
    if (value === undefined || value === "") return null;
    const number = Number(value);
    return Number.isFinite(number) ? number : null;
  }

  flag(...names: string[]): boolean {
    const value = this.any(...names);
    return value === true || value === 1 || value === "true";
  }

  child(...names: string[]): Reading {
    return reading(this.any(...names));
  }

  has(name: string): boolean {
    return this.raw[name] !== undefined && this.raw[name] !== null;
  }

  list<T>(read: (item: Reading) => T, ...names: string[]): T[] {
    const value = this.any(...names);
    return Array.isArray(value) ? value.map((item) => read(reading(item))) : [];
  }

  texts(...names: string[]): string[] {
    const value = this.any(...names);
    return Array.isArray(value) ? value.filter((v) => v !== null && v !== undefined).map((v) => (typeof v === "object" ? JSON.stringify(v) : String(v as string | number))) : [];
  }
}

export function reading(value: unknown): Reading {
  return new Reading(typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {});
}

/** A plain value as text; anything else as JSON; nothing as the empty text. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? value.toString() : JSON.stringify(value);
}

/** One page of a list: its items and the cursor of the next. */
export interface Page<T> {
  items: T[];
  next: string | null;
  /** How many there are in all, when the server says. */
  total: number | null;
}

export function page<T>(value: unknown, read: (item: Reading) => T): Page<T> {
  if (Array.isArray(value)) return { items: value.map((item) => read(reading(item))), next: null, total: value.length };
  const body = reading(value);
  return { items: body.list(read, "items"), next: body.textOrNull("next"), total: body.numberOrNull("total") };
}
