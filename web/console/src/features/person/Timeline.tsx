import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { clock, day, instant, isoDay, weekday } from "../../shared/format/time";
import { ChannelMarks } from "../../shared/ui/ChannelTag";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { fetchTimeline, type TimelineLine } from "./api";
import { TimelineText } from "./TimelineText";

/** Everything that happened to a person, newest first, each line with its reason. */
export function Timeline({ personId, kinds, brief = false }: { personId: string; kinds: string; brief?: boolean }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ["timeline", personId, kinds],
    queryFn: ({ pageParam, signal }) => fetchTimeline(personId, kinds, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  if (query.isPending) return <Skeleton active title={false} paragraph={{ rows: brief ? 4 : 10 }} />;
  if (query.isError && !query.data) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;

  const all = query.data?.pages.flatMap((p) => p.items) ?? [];
  const lines = brief ? all.slice(0, 6) : all;
  if (lines.length === 0) return <EmptyState title={t("timeline.empty")}>{t(kinds === "" ? "timeline.empty_text" : "timeline.none_of_kind")}</EmptyState>;
  return (
    <>
      <ol className="timeline">
        {byDay(lines).map(([date, ofDay]) => (
          <li key={date}>
            <div className="day" style={brief ? { position: "static", background: "none" } : undefined}>{dayName(ofDay[0]?.at ?? null)}</div>
            {ofDay.map((line, i) => <Line key={`${line.key}/${i}`} line={line} />)}
          </li>
        ))}
      </ol>
      {!brief && query.hasNextPage ? <Button block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()} style={{ marginTop: 16 }}>{t("timeline.more")}</Button> : null}
    </>
  );
}

function Line({ line }: { line: TimelineLine }) {
  const date = instant(line.at);
  return (
    <div className="line">
      <time className="faint" dateTime={line.at ?? undefined}>{date ? clock(date) : ""}</time>
      <span>{line.channel ? <ChannelMarks channels={[line.channel]} /> : null}</span>
      <TimelineText line={line} />
    </div>
  );
}

function dayName(at: string | null): string {
  const date = instant(at);
  return date ? `${day(date)} ${weekday(date)}` : "";
}

function byDay(lines: TimelineLine[]): [string, TimelineLine[]][] {
  const days = new Map<string, TimelineLine[]>();
  for (const line of lines) {
    const date = instant(line.at);
    const key = date ? isoDay(date) : "";
    days.set(key, [...(days.get(key) ?? []), line]);
  }
  return [...days];
}
