import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { fetchJob, fetchJobs, type Job, runs } from "../jobs/api";

/** A job that is watched until it ends. */
export function useJob(id: string | null, onEnd?: (job: Job) => void): Job | undefined {
  const ended = useRef<string | null>(null);
  const query = useQuery({ queryKey: ["job", id], queryFn: ({ signal }) => fetchJob(id!, signal), enabled: id !== null, refetchInterval: (q) => (q.state.data && !runs(q.state.data.state) ? false : 700) });
  useEffect(() => {
    if (!query.data || runs(query.data.state) || ended.current === query.data.id) return;
    ended.current = query.data.id;
    onEnd?.(query.data);
  }, [query.data, onEnd]);
  return query.data;
}

/** The newest job of a kind: what runs was perhaps begun before this page was opened, or by somebody else. */
export function useNewestJob(kind: string, enabled: boolean): { job: Job | undefined; refresh: () => void } {
  const queries = useQueryClient();
  const key = ["jobs", "newest", kind];
  const query = useQuery({ queryKey: key, enabled, queryFn: async ({ signal }) => (await fetchJobs({ kind, limit: "1" }, null, signal)).items[0] ?? null, refetchInterval: (q) => (q.state.data && runs(q.state.data.state) ? 1000 : false) });
  return { job: query.data ?? undefined, refresh: () => void queries.invalidateQueries({ queryKey: key }) };
}
