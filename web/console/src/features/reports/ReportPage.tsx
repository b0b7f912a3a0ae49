import { useQuery } from "@tanstack/react-query";
import { DatePicker, Select } from "antd";
import dayjs from "dayjs";
import { type ComponentType, lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { duration } from "../../shared/format/time";
import { useQueryState } from "../../shared/state/useQueryState";
import { ChannelSelect } from "../../shared/ui/ChannelSelect";
import { DateRange } from "../../shared/ui/DateRange";
import { JsonText } from "../../shared/ui/JsonText";
import { Loaded } from "../../shared/ui/Loaded";
import { Page, Sheet } from "../../shared/ui/Page";
import { useBrand } from "../settings/useBrand";
import { fetchReport, type Report, type ReportHead } from "./api";
import { reportWords } from "./words";

export interface ViewProps {
  report: Report;
  currency: string;
}

interface View {
  show: ComponentType<ViewProps>;
  /** Takes a period besides the as-of day. */
  period: boolean;
}

const views: Record<string, View> = {
  overview: { show: lazy(() => import("./GmvView").then((m) => ({ default: m.GmvView }))), period: true },
  gmv: { show: lazy(() => import("./GmvView").then((m) => ({ default: m.GmvView }))), period: true },
  channels: { show: lazy(() => import("./ChannelsView").then((m) => ({ default: m.ChannelsView }))), period: true },
  rfm: { show: lazy(() => import("./RfmView").then((m) => ({ default: m.RfmView }))), period: false },
  cohorts: { show: lazy(() => import("./CohortsView").then((m) => ({ default: m.CohortsView }))), period: false },
  retention: { show: lazy(() => import("./RetentionView").then((m) => ({ default: m.RetentionView }))), period: false },
  repurchase: { show: lazy(() => import("./RepurchaseView").then((m) => ({ default: m.RepurchaseView }))), period: false },
  "stage-flow": { show: lazy(() => import("./StageFlowView").then((m) => ({ default: m.StageFlowView }))), period: true },
  points: { show: lazy(() => import("./PointsView").then((m) => ({ default: m.PointsView }))), period: true },
};

export function ReportPage() {
  const { t, i18n } = useTranslation();
  const { name = "" } = useParams();
  const brand = useBrand();
  const [state, set] = useQueryState({ as_of: "", from: "", to: "", channel: "", zone: "" });
  const query = useQuery({ queryKey: ["report", name, state], queryFn: ({ signal }) => fetchReport(name, state, signal), placeholderData: (before) => (before?.head.name === name ? before : undefined) });
  const words = reportWords(name, t, i18n);
  const view = views[name];
  const definition = words.definition || query.data?.head.definition;

  return (
    <Page title={words.title || query.data?.head.title || name} crumbs={[{ to: "/reports", title: t("nav.reports") }]} answer={definition}>
      <div className="filters">
        <DatePicker value={state.as_of ? dayjs(state.as_of) : null} onChange={(day) => set({ as_of: day ? day.format("YYYY-MM-DD") : "" })} placeholder={t("report.as_of")} aria-label={t("report.as_of")} />
        {view?.period ? <DateRange from={state.from} to={state.to} onChange={(from, to) => set({ from, to })} /> : null}
        <ChannelSelect value={state.channel} onChange={(channel) => set({ channel })} />
        <Select allowClear showSearch value={state.zone || undefined} placeholder={brand.zone} aria-label={t("settings.zone")} onChange={(zone?: string) => set({ zone: zone ?? "" })} style={{ width: 184 }} options={[...new Set([brand.zone, "Asia/Shanghai", "UTC", "Asia/Hong_Kong", "Asia/Tokyo", "Europe/London", "America/New_York"])].map((z) => ({ value: z, label: z }))} />
      </div>
      <Loaded query={query} rows={14}>
        {(report) => (
          <div className="stack">
            <Provenance head={report.head} />
            <Suspense>{view ? <view.show report={report} currency={report.head.currency || brand.currency} /> : <Sheet><JsonText value={report.body.raw} /></Sheet>}</Suspense>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

/** As of when, in which zone, by which view, and whether the data has caught up: under every report. */
function Provenance({ head }: { head: ReportHead }) {
  const { t, i18n } = useTranslation();
  const view = head.view === "" ? "" : i18n.exists(`report.view.${head.view}`) ? t(`report.view.${head.view}`) : head.view;
  const parts = [
    head.asOf ? t("report.as_of_day", { day: head.asOf }) : "",
    head.from && head.to ? t("report.period", { from: head.from, to: head.to }) : "",
    head.zone,
    head.currency,
    view,
  ].filter((p) => p !== "");
  return (
    <p className="quiet" style={{ fontSize: 13 }}>
      {parts.join(" · ")}
      {head.complete ? null : <span className="warn"> · {t("report.not_complete")}</span>}
      {head.lagSeconds >= 5 ? <span className="warn"> · {t("report.behind", { lag: duration(head.lagSeconds) })}</span> : null}
      {head.notes.map((note) => <span key={note}> · {note}</span>)}
    </p>
  );
}
