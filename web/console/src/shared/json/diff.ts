export interface Difference {
  kind: "added" | "removed" | "changed";
  /** Where: names and, in lists, the item's own name or its place. */
  path: string[];
  before?: unknown;
  after?: unknown;
}

/** What differs between two documents, in the order of the newer one. Items of lists that have a name are matched by it. */
export function differences(before: unknown, after: unknown, path: string[] = []): Difference[] {
  if (same(before, after)) return [];
  if (isObject(before) && isObject(after)) return ofObjects(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return ofObjects(byName(before), byName(after), path);
  return [{ kind: "changed", path, before, after }];
}

function ofObjects(before: Record<string, unknown>, after: Record<string, unknown>, path: string[]): Difference[] {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return names.flatMap((name): Difference[] => {
    const at = [...path, name];
    if (!(name in before)) return [{ kind: "added", path: at, after: after[name] }];
    if (!(name in after)) return [{ kind: "removed", path: at, before: before[name] }];
    return differences(before[name], after[name], at);
  });
}

function byName(items: unknown[]): Record<string, unknown> {
  return Object.fromEntries(items.map((item, i) => [nameOf(item) ?? `#${i + 1}`, item]));
}

function nameOf(item: unknown): string | null {
  if (!isObject(item)) return null;
  for (const key of ["name", "id", "node", "column"]) if (typeof item[key] === "string") return item[key];
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((k) => k in b && same(a[k], b[k]));
}
