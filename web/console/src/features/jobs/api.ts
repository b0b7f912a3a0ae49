import { get, post } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Page, page, type Reading, reading } from "../../shared/api/read";

export interface Job {
  id: string;
  kind: string;
  title: string;
  state: string;
  done: number;
  /** 0 when not known. */
  total: number;
  error: string;
  createdBy: string;
  createdAt: string | null;
  startedAt: string | null;
  endedAt: string | null;
  detail: unknown;
}

export async function fetchJobs(filters: Record<string, string>, cursor: string | null, signal?: AbortSignal): Promise<Page<Job>> {
  return page(await get("/v1/jobs", { ...filters, cursor }, signal), toJob);
}

export async function fetchJob(id: string, signal?: AbortSignal): Promise<Job> {
  return toJob(reading(await get(`/v1/jobs/${encodeURIComponent(id)}`, {}, signal)));
}

function toJob(r: Reading<Schemas["Job"]>): Job {
  return {
    id: r.text("job_id"),
    kind: r.text("kind"),
    title: r.text("title"),
    state: r.text("state"),
    done: r.number("done"),
    total: r.number("total"),
    error: r.text("error"),
    createdBy: r.text("created_by"),
    createdAt: r.textOrNull("created_at"),
    startedAt: r.textOrNull("started_at"),
    endedAt: r.textOrNull("ended_at"),
    detail: r.any("detail"),
  };
}

export async function cancelJob(id: string): Promise<void> {
  await post(`/v1/jobs/${encodeURIComponent(id)}/cancellation`);
}

export const runs = (state: string): boolean => state === "running" || state === "waiting";
