import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { bytes, exact, numberFormat } from "../../shared/format/number";
import { duration } from "../../shared/format/time";
import { Chart } from "../../shared/ui/Chart";
import { axisLook, type ChartColours, tooltipHtml } from "../../shared/ui/chartTheme";
import { Facts } from "../../shared/ui/Facts";
import { Loaded } from "../../shared/ui/Loaded";
import { MetricCard } from "../../shared/ui/MetricCard";
import { Count } from "../../shared/ui/Numbers";
import { Page, Sheet } from "../../shared/ui/Page";
import { Spark } from "../../shared/ui/Spark";
import { State } from "../../shared/ui/State";
import { Words } from "../../shared/ui/Words";
import { fetchStatus, type Status } from "./api";

export function StatusPage() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["status"], queryFn: ({ signal }) => fetchStatus(signal), refetchInterval: 2000 });
  return (
    <Page title={t("nav.status")} answer={query.data ? <Answer status={query.data} /> : undefined}>
      <Loaded query={query} rows={10}>{(status) => <Body status={status} />}</Loaded>
    </Page>
  );
}

function Answer({ status }: { status: Status }) {
  const { t } = useTranslation();
  const { door, insight } = status;
  if (door.capacity > 0 && door.waiting >= door.capacity * 0.8) return <b className="warn">{t("status.door_full", { waiting: exact(door.waiting) })}</b>;
  if (insight.lagSeconds > 60) return <b className="warn">{t("status.insight_behind", { lag: duration(insight.lagSeconds), events: exact(insight.lagEvents) })}</b>;
  return <>{t("status.fine", { rate: exact(lastSeconds(door.perSecond)), p99: milliseconds(door.latencyMs.p99) })}</>;
}

function Body({ status }: { status: Status }) {
  const { t } = useTranslation();
  const { door, insight, process, books } = status;
  return (
    <div className="stack">
      <div className="cards">
        <MetricCard label={t("status.per_second")} value={<Count value={lastSeconds(door.perSecond)} digits={1} />} note={t("status.last_ten")} explanation={{ definition: t("status.per_second_means") }} />
        <MetricCard label={t("status.latency")} value={milliseconds(door.latencyMs.p99)} note={t("status.latency_note", { p50: milliseconds(door.latencyMs.p50), p95: milliseconds(door.latencyMs.p95) })} explanation={{ definition: t("status.latency_means") }} />
        <MetricCard label={t("status.waiting")} value={<Count value={door.waiting} />} note={t("status.capacity", { capacity: exact(door.capacity) })} explanation={{ definition: t("status.waiting_means") }} />
        <MetricCard label={t("status.batch")} value={<Count value={door.batches === 0 ? 0 : door.commands / door.batches} digits={1} />} note={t("status.batches", { batches: exact(door.batches), commands: exact(door.commands) })} explanation={{ definition: t("status.batch_means") }} />
        <MetricCard label={t("status.lag")} value={insight.lagSeconds < 1 ? t("status.none") : duration(insight.lagSeconds)} note={t("status.lag_events", { count: insight.lagEvents, events: exact(insight.lagEvents) })} explanation={{ definition: t("status.lag_means") }} />
        <MetricCard label={t("status.memory")} value={bytes(process.memoryBytes)} note={t("status.insight_memory", { memory: bytes(insight.memoryBytes) })} explanation={{ definition: t("status.memory_means") }} />
      </div>
      <div className="columns">
        <Sheet title={t("status.throughput")} note={t("status.last_minute")}>
          <Spark values={door.perSecond} label={t("status.throughput")} height={140} />
          <div className="row faint" style={{ justifyContent: "space-between", fontSize: 12.5, marginTop: 4 }}><span>{t("status.peak", { peak: exact(Math.max(0, ...door.perSecond)) })}</span><span>{t("time.now")}</span></div>
        </Sheet>
        <Sheet title={t("status.sizes")} note={t("status.sizes_note")}><Sizes sizes={door.sizes} /></Sheet>
        <Sheet title={t("status.insight")}>
          <Facts of={[[t("status.state"), <State family="insight_state" code={insight.state} tone={insight.state === "up" || insight.state === "ready" || insight.state === "ok" || insight.state === "running" ? "good" : undefined} />], [t("status.mode"), <Words family="insight_mode" code={insight.mode} />], [t("status.memory"), bytes(insight.memoryBytes)], [t("status.restarts"), exact(insight.restarts)]]} />
        </Sheet>
        <Sheet title={t("status.server")}>
          <Facts of={[[t("status.books"), <><Words family="books_kind" code={books.kind} /> <span className="faint mono">{books.label}</span></>], [t("status.uptime"), duration(process.uptimeSeconds)], [t("status.version"), <span className="mono">{process.version}</span>], [t("status.memory"), bytes(process.memoryBytes)]]} />
        </Sheet>
      </div>
    </div>
  );
}

function Sizes({ sizes }: { sizes: Status["door"]["sizes"] }) {
  const { t } = useTranslation();
  const option = useCallback(
    (c: ChartColours) => ({
      xAxis: { type: "category", data: sizes.map((s) => (s.upTo >= 1_000_000 ? "∞" : `≤${s.upTo}`)), ...axisLook(c), splitLine: { show: false } },
      yAxis: { type: "value", minInterval: 1, ...axisLook(c), axisLine: { show: false } },
      tooltip: { trigger: "axis", formatter: (p: { dataIndex: number }[]) => { const s = sizes[p[0]?.dataIndex ?? 0]; return s ? tooltipHtml(t("status.up_to", { count: s.upTo }), [{ name: t("status.batch_count"), value: exact(s.count) }]) : ""; } },
      series: [{ type: "bar", data: sizes.map((s) => s.count), barCategoryGap: "20%", itemStyle: { color: c.series[0], borderRadius: [2, 2, 0, 0] } }],
    }),
    [sizes, t],
  );
  return <Chart label={t("status.sizes")} height={168} option={option} />;
}

/** The mean of the last ten seconds: one second alone jumps too much to be read. */
function lastSeconds(perSecond: number[]): number {
  const last = perSecond.slice(-10);
  return last.length === 0 ? 0 : Math.round((last.reduce((a, b) => a + b, 0) / last.length) * 10) / 10;
}

function milliseconds(ms: number): string {
  return `${numberFormat({ maximumFractionDigits: ms < 10 ? 1 : 0 }).format(ms)} ms`;
}
