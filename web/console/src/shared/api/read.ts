/** What nobody describes: a definition's document, the data of an event. Read by any name, with nothing promised. */
export type Undescribed = Record<string, unknown>;

type Scalar = string | number | boolean;

// Of what answers nothing, nothing can be read.
type Nothing = Record<never, never>;

type Described<T> = [T] extends [never] ? Nothing : [keyof T] extends [never] ? Undescribed : string extends keyof T ? (T[keyof T] extends never ? Undescribed : T) : T;

type ChildOf<T, K extends keyof T> = Described<NonNullable<T[K]>>;

type ItemOf<T> = NonNullable<T> extends readonly (infer Item)[] ? Described<Item> : Undescribed;

/** The fields of T whose values are of a kind; where the kind is not described, all of them. */
type FieldOf<T, Kind> = { [K in keyof T & string]-?: unknown extends T[K] ? K : NonNullable<T[K]> extends Kind ? K : never }[keyof T & string];

/**
 * Reading of what came over the wire: the one place where the console is tolerant. A missing field becomes the empty
 * value of its type, a number sent as text becomes a number; screens then deal with one shape only. T is what the API's
 * description says of it: a field that is not there does not compile.
 */
export class Reading<T = Undescribed> {
  constructor(readonly raw: T) {}

  any<K extends keyof T & string>(name: K): T[K] | undefined {
    return this.raw[name] ?? undefined;
  }

  text(name: FieldOf<T, Scalar>): string {
    return asText(this.raw[name]);
  }

  textOrNull(name: FieldOf<T, Scalar>): string | null {
    return this.has(name) ? this.text(name) : null;
  }

  number(name: FieldOf<T, Scalar>): number {
    return this.numberOrNull(name) ?? 0;
  }

  numberOrNull(name: FieldOf<T, Scalar>): number | null {
    const value: unknown = this.raw[name] ?? "";
    const number = Number(value);
    return value !== "" && Number.isFinite(number) ? number : null;
  }

  flag(name: FieldOf<T, boolean>): boolean {
    return this.raw[name] === true;
  }

  child<K extends FieldOf<T, object>>(name: K): Reading<ChildOf<T, K>> {
    return reading(this.raw[name]);
  }

  /** The child, read; null when it is not there. */
  childOrNull<K extends FieldOf<T, object>, R>(read: (child: Reading<ChildOf<T, K>>) => R, name: K): R | null {
    return this.has(name) ? read(this.child(name)) : null;
  }

  has(name: keyof T & string): boolean {
    return this.raw[name] !== undefined && this.raw[name] !== null;
  }

  list<R, K extends FieldOf<T, readonly unknown[]>>(read: (item: Reading<ItemOf<T[K]>>) => R, name: K): R[] {
    const value: unknown = this.raw[name];
    return Array.isArray(value) ? value.map((item) => read(reading(item) as unknown as Reading<ItemOf<T[K]>>)) : [];
  }

  texts(name: FieldOf<T, readonly unknown[]>): string[] {
    const value: unknown = this.raw[name];
    return Array.isArray(value) ? value.filter((v) => v !== null && v !== undefined).map(asText) : [];
  }

  /** The values by their names, for what is a dictionary. */
  entries(): [string, unknown][] {
    return Object.entries(this.raw as Undescribed);
  }
}

export function reading<T>(value: T): Reading<Described<NonNullable<T>>> {
  return new Reading((typeof value === "object" && value !== null && !Array.isArray(value) ? value : {}) as Described<NonNullable<T>>);
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

export function page<Item, T>(answer: { items: readonly Item[] }, read: (item: Reading<Described<Item>>) => T): Page<T> {
  const body = reading<{ items: readonly Item[]; next?: string | null; total?: number | null }>(answer) as Reading<{ items: readonly Item[]; next?: string | null; total?: number | null }>;
  return { items: answer.items.map((item) => read(reading(item) as Reading<Described<Item>>)), next: body.textOrNull("next"), total: body.numberOrNull("total") };
}
