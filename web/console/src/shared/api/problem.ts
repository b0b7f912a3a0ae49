/** An RFC 9457 problem as the server sends it; also what a lost connection is told as, with code `unreachable`. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** The id to quote when asking for help: the server's trace id. */
    readonly id: string | null = null,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(detail || code);
    this.name = "Problem";
  }

  /** Trying the same again later may help. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(-1, "unexpected", error instanceof Error ? error.message : String(error));
}

export async function problemFrom(response: Response): Promise<Problem> {
  const body = await readBody(response);
  const code = typeof body.code === "string" ? body.code : `http_${response.status}`;
  const detail = typeof body.detail === "string" ? body.detail : typeof body.title === "string" ? body.title : response.statusText;
  const id = [body.traceId, body.trace_id, body.instance, response.headers.get("x-request-id")].find((v): v is string => typeof v === "string" && v !== "");
  return new Problem(response.status, code, detail, id ?? null, body);
}

async function readBody(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
