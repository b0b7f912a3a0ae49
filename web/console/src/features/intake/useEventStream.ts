import { useEffect, useRef, useState } from "react";
import type { Schemas } from "../../shared/api/paths";
import { reading } from "../../shared/api/read";
import { fetchRecentEvents, type SeenEvent, toSeenEvent } from "./api";

/** More would only scroll by. */
const most = 200;

type Link = "stream" | "polling" | "lost";

/** Events as they come in with their answers, newest first: streamed, or asked for every two seconds where a stream does not get through. */
export function useEventStream(source: string, paused: boolean): { events: SeenEvent[]; link: Link } {
  const [events, setEvents] = useState<SeenEvent[]>([]);
  const [link, setLink] = useState<Link>("stream");
  const waiting = useRef<SeenEvent[]>([]);

  useEffect(() => {
    if (paused) return;
    const abort = new AbortController();
    let poll: ReturnType<typeof setInterval> | undefined;
    const ask = () => fetchRecentEvents(source, abort.signal).then((recent) => { setEvents(newestFirst(recent)); return true; }, () => false);
    void ask();

    const stream = new EventSource(`/v1/events/stream${source ? `?source=${encodeURIComponent(source)}` : ""}`);
    const take = (message: MessageEvent<string>) => {
      const event = read(message.data);
      if (event && (source === "" || event.source === source)) waiting.current.push(event);
    };
    stream.onopen = () => setLink("stream");
    stream.onmessage = take;
    stream.addEventListener("event", take);
    stream.onerror = () => {
      if (stream.readyState !== EventSource.CLOSED || poll) return;
      setLink("polling");
      poll = setInterval(() => void ask().then((ok) => setLink(ok ? "polling" : "lost")), 2000);
    };
    // Under load thousands come a second: the page is redrawn four times.
    const draw = setInterval(() => {
      if (waiting.current.length === 0) return;
      const fresh = waiting.current.reverse();
      waiting.current = [];
      setEvents((before) => unique([...fresh, ...before]).slice(0, most));
    }, 250);
    return () => {
      abort.abort();
      stream.close();
      clearInterval(draw);
      if (poll) clearInterval(poll);
    };
  }, [source, paused]);

  return { events, link };
}

function read(text: string): SeenEvent | null {
  try {
    return toSeenEvent(reading(JSON.parse(text) as Schemas["RecentItem"]));
  } catch {
    return null;
  }
}

function newestFirst(events: SeenEvent[]): SeenEvent[] {
  return unique(events).sort((a, b) => (b.at ?? "").localeCompare(a.at ?? "")).slice(0, most);
}

function unique(events: SeenEvent[]): SeenEvent[] {
  const seen = new Set<string>();
  return events.filter((e) => !seen.has(e.key) && seen.add(e.key));
}
