import { preferences } from "../../app/preferences";
import type { AnswerOf, PathOf } from "./paths";
import { Problem, problemFrom } from "./problem";

export type Query = Record<string, string | number | boolean | null | undefined>;

let csrf = "";
let onSignedOut: () => void = () => undefined;

/** The session's anti-forgery token; sent with everything that changes something. */
export function setCsrf(token: string): void {
  csrf = token;
}

/** Called when the server says that nobody is signed in any more. */
export function whenSignedOut(action: () => void): void {
  onSignedOut = action;
}

export function urlOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given.map(([k, v]) => [k, String(v)])).toString()}`;
}

// The description of the API says what a path answers; nothing else is checked here.
export const get = <P extends PathOf<"get">>(path: P, query?: Query, signal?: AbortSignal) => send("GET", urlOf(path, query), undefined, { signal }) as Promise<AnswerOf<"get", P>>;
export const post = <P extends PathOf<"post">>(path: P, body?: unknown, headers?: Record<string, string>) => send("POST", path, body, { headers }) as Promise<AnswerOf<"post", P>>;
/** Sends a file as it is; its type says what it is. */
export const postFile = <P extends PathOf<"post">>(path: P, query: Query, file: Blob) => send("POST", urlOf(path, query), file) as Promise<AnswerOf<"post", P>>;
export const put = <P extends PathOf<"put">>(path: P, body: unknown) => send("PUT", path, body) as Promise<AnswerOf<"put", P>>;
export const patch = <P extends PathOf<"patch">>(path: P, body: unknown) => send("PATCH", path, body) as Promise<AnswerOf<"patch", P>>;
export const remove = <P extends PathOf<"delete">>(path: P) => send("DELETE", path) as Promise<AnswerOf<"delete", P>>;

async function send(method: string, url: string, body?: unknown, options: { headers?: Record<string, string>; signal?: AbortSignal } = {}): Promise<unknown> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": preferences().language, ...options.headers };
  if (body !== undefined) headers["Content-Type"] = body instanceof Blob ? body.type : "application/json";
  if (method !== "GET" && csrf !== "") headers["X-CSRF-Token"] = csrf;
  const response = await reach(() => fetch(url, { method, headers, credentials: "same-origin", signal: options.signal, body: body === undefined || body instanceof Blob ? body : JSON.stringify(body) }));
  return answerOf(response, url);
}

/** The answer itself, to be read as it comes. */
export async function open(method: "GET", url: string, signal: AbortSignal): Promise<Response> {
  const response = await reach(() => fetch(url, { method, headers: { "Accept-Language": preferences().language }, credentials: "same-origin", signal }));
  if (!response.ok) await answerOf(response, url);
  return response;
}

async function answerOf(response: Response, url: string): Promise<unknown> {
  if (!response.ok) {
    if (response.status === 401 && !url.startsWith("/v1/session")) onSignedOut();
    throw await problemFrom(response);
  }
  if (response.status === 204) return null;
  const text = await response.text();
  if (text === "") return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Problem(response.status, "unreadable_answer", `${url}: ${text.slice(0, 80)}`);
  }
}

async function reach(call: () => Promise<Response>): Promise<Response> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "unreachable", "");
  }
}

/** Sends one file as a form, telling how much has left; `fetch` cannot say that. */
export function sendFile(path: string, file: File, onProgress: (sent: number, total: number) => void, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Accept-Language", preferences().language);
    if (csrf !== "") request.setRequestHeader("X-CSRF-Token", csrf);
    request.upload.onprogress = (e) => onProgress(e.loaded, e.lengthComputable ? e.total : file.size);
    request.onload = () => {
      const response = new Response(request.responseText === "" ? null : request.responseText, { status: request.status === 204 ? 200 : request.status });
      answerOf(response, path).then(resolve, reject);
    };
    request.onerror = () => reject(new Problem(0, "unreachable", ""));
    request.onabort = () => reject(new DOMException("", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}
