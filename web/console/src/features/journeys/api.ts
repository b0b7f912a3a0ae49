import { get } from "../../shared/api/http";
import { type Page, page } from "../../shared/api/read";
import { type MessageLine, toMessage } from "../person/api";

export interface Journey {
  name: string;
  title: string;
  version: number;
  waiting: number;
  ended: number;
  sent: number;
  skipped: number;
}

export async function fetchJourneys(signal?: AbortSignal): Promise<Journey[]> {
  return page(await get("/v1/journeys", {}, signal), (r) => ({
    name: r.text("name"),
    title: r.text("title") || r.text("name"),
    version: r.number("version"),
    waiting: r.number("waiting"),
    ended: r.number("ended"),
    sent: r.number("sent"),
    skipped: r.number("skipped"),
  })).items;
}

export interface JourneyEntry {
  id: string;
  personId: string;
  personName: string;
  version: number;
  state: string;
  node: string;
  dueAt: string | null;
  enteredAt: string | null;
  endedAt: string | null;
  endReason: string;
}

export async function fetchEntries(name: string, filters: Record<string, string>, cursor: string | null, signal?: AbortSignal): Promise<Page<JourneyEntry>> {
  return page(await get(`/v1/journeys/${encodeURIComponent(name)}/entries`, { ...filters, cursor }, signal), (r) => ({
    id: r.text("entry_id"),
    personId: r.text("person_id"),
    personName: r.text("person_name"),
    version: r.number("version"),
    state: r.text("state"),
    node: r.text("node"),
    dueAt: r.textOrNull("due_at"),
    enteredAt: r.textOrNull("entered_at"),
    endedAt: r.textOrNull("ended_at"),
    endReason: r.text("end_reason"),
  }));
}

/** Messages of everybody, newest first. */
export async function fetchAllMessages(filters: Record<string, string>, cursor: string | null, signal?: AbortSignal): Promise<Page<MessageLine & { personId: string; personName: string }>> {
  return page(await get("/v1/messages", { ...filters, cursor }, signal), (r) => ({ ...toMessage(r), personId: r.text("person_id"), personName: r.text("person_name") }));
}
