/** A document as text and back. YAML reads JSON too, so one reader does for both; it comes when the first document is opened. */
export type Written = "yaml" | "json";

export async function write(value: unknown, as: Written): Promise<string> {
  if (as === "json") return JSON.stringify(value, null, 2);
  const { stringify } = await import("yaml");
  return stringify(value, { lineWidth: 120 });
}

/** The document, or what is wrong with the text and in which line. */
export async function parse(text: string): Promise<{ value: unknown } | { error: string }> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { prettyErrors: true });
  const error = document.errors[0];
  if (error) return { error: error.message };
  // A bound on anchors: a short text must not unfold into a huge document.
  return { value: document.toJS({ maxAliasCount: 100 }) as unknown };
}
