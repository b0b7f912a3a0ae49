import { get, put } from "../../shared/api/http";
import { reading } from "../../shared/api/read";

export interface EventTimes {
  futureHours: number;
  /** What becomes of events further ahead: refuse or clamp. */
  later: string;
}

export async function fetchEventTimes(): Promise<EventTimes> {
  return toEventTimes(await get("/v1/settings/event-times"));
}

export async function saveEventTimes(times: EventTimes): Promise<EventTimes> {
  return toEventTimes(await put("/v1/settings/event-times", { future_hours: times.futureHours, later: times.later }));
}

function toEventTimes(body: unknown): EventTimes {
  const r = reading(body);
  return { futureHours: r.number("future_hours"), later: r.text("later") };
}
