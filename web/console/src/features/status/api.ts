import { get } from "../../shared/api/http";
import { reading } from "../../shared/api/read";

export interface Status {
  books: { kind: string; label: string };
  insight: { mode: string; state: string; lagEvents: number; lagSeconds: number; memoryBytes: number; restarts: number };
  door: {
    waiting: number;
    capacity: number;
    batches: number;
    commands: number;
    /** How many batches held at most `upTo` commands (and more than the one before). */
    sizes: { upTo: number; count: number }[];
    latencyMs: { p50: number; p95: number; p99: number };
    /** Commands applied in each of the last seconds, oldest first. */
    perSecond: number[];
  };
  process: { memoryBytes: number; uptimeSeconds: number; version: string };
}

export async function fetchStatus(signal?: AbortSignal): Promise<Status> {
  const r = reading(await get("/v1/status", {}, signal));
  const insight = r.child("insight");
  const door = r.child("door");
  const latency = door.child("latency_ms");
  const process = r.child("process");
  return {
    books: { kind: r.child("books").text("kind"), label: r.child("books").text("label") },
    insight: { mode: insight.text("mode"), state: insight.text("state"), lagEvents: insight.number("lag_events"), lagSeconds: insight.number("lag_seconds"), memoryBytes: insight.number("memory_bytes"), restarts: insight.number("restarts") },
    door: {
      waiting: door.number("waiting"),
      capacity: door.number("capacity"),
      batches: door.number("batches"),
      commands: door.number("commands"),
      sizes: door.list((b) => ({ upTo: b.number("le"), count: b.number("count") }), "batch_sizes"),
      latencyMs: { p50: latency.number("p50"), p95: latency.number("p95"), p99: latency.number("p99") },
      perSecond: door.texts("per_second").map(Number),
    },
    process: { memoryBytes: process.number("memory_bytes"), uptimeSeconds: process.number("uptime_s"), version: process.text("version") },
  };
}
