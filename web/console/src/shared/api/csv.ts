import type { PathOf } from "./paths";
import { open, type Query, urlOf } from "./http";

/** Takes a whole list as a CSV file, telling how many rows have come; the answer is a stream of unknown length. */
export async function takeCsv(path: PathOf<"get">, query: Query, onRows: (rows: number) => void, signal: AbortSignal): Promise<{ file: Blob; rows: number }> {
  const response = await open("GET", urlOf(path, query), signal);
  const reader = response.body!.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const count = rowCounter();
  let rows = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    rows = count(next.value);
    onRows(rows);
  }
  return { file: new Blob(parts, { type: "text/csv;charset=utf-8" }), rows };
}

/** Counts rows after the heading in the bytes as they come: a line end within quotes ends no row. */
export function rowCounter(): (bytes: Uint8Array) => number {
  let lines = 0;
  let quoted = false;
  return (bytes) => {
    for (const byte of bytes) {
      if (byte === 0x22) quoted = !quoted;
      else if (byte === 0x0a && !quoted) lines++;
    }
    return Math.max(0, lines - 1);
  };
}

/** Hands a file to the browser to keep. */
export function keep(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name.replace(/[\\/:*?"<>|\s]+/g, " ").trim();
  link.click();
  // Long enough for the browser to have begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
