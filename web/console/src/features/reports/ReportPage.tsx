import { useQuery } from "@tanstack/react-query";
import { DatePicker, Segmented, Select, Skeleton } from "antd";
import dayjs from "dayjs";
import { type ComponentType, lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { addDays, duration } from "../../shared/format/time";
import { percent } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import { useQueryState } from "../../shared/state/useQueryState";
import { ChannelSelect } from "../../shared/ui/ChannelSelect";
import { DateRange } from "../../shared/ui/DateRange";
import { Facts } from "../../shared/ui/Facts";
import { JsonText } from "../../shared/ui/JsonText";
import { Loaded } from "../../shared/ui/Loaded";
import { Page, Sheet } from "../../shared/ui/Page";
import { useBrand } from "../settings/useBrand";
import { type Bilingual, fetchReport, fetchReports, type Report, type ReportHead } from "./api";
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
  const [state, set] = useQueryState({ as_of: "", from: "", to: "", channel: "", zone: "", view: "" });
  const catalogue = useQuery({ queryKey: ["reports"], queryFn: ({ signal }) => fetchReports(signal), staleTime: 10 * 60_000 });
  const filters = { as_of: state.as_of, channel: state.channel, zone: state.zone, view: name === "rfm" ? state.view : "", people: name === "rfm" ? "true" : "", ...(state.from && state.to && views[name]?.period ? { from: state.from, to: addDays(state.to, 1) } : {}) };
  const query = useQuery({ queryKey: ["report", name, filters], queryFn: ({ signal }) => fetchReport(name, filters, signal), placeholderData: (before) => (before?.head.name === name ? before : undefined) });
  const words = reportWords(name, t, i18n);
  const view = views[name];
  const language = i18n.language === "en" ? "en" : "zh";
  const inCatalogue = catalogue.data?.reports.find((r) => r.name === name);

  return (
    <Page title={inCatalogue?.title[language] || words.title || name} crumbs={[{ to: "/reports", title: t("nav.reports") }]} answer={words.definition}>
      <div className="filters">
        <DatePicker value={state.as_of ? dayjs(state.as_of) : null} onChange={(day) => set({ as_of: day ? day.format("YYYY-MM-DD") : "" })} style={{ width: 200 }} placeholder={t("report.as_of")} aria-label={t("report.as_of")} />
        {view?.period ? <DateRange from={state.from} to={state.to} onChange={(from, to) => set({ from, to })} /> : null}
        <ChannelSelect value={state.channel} onChange={(channel) => set({ channel })} />
        {name === "rfm" ? <Segmented value={state.view} onChange={(v) => set({ view: v })} options={[{ value: "", label: t("report.view.sales") }, { value: "net", label: t("report.view.net") }]} /> : null}
        <Select allowClear showSearch value={state.zone || undefined} placeholder={brand.zone} aria-label={t("settings.zone")} onChange={(zone?: string) => set({ zone: zone ?? "" })} style={{ width: 184 }} options={[...new Set([brand.zone, "Asia/Shanghai", "UTC", "Asia/Hong_Kong", "Asia/Tokyo", "Europe/London", "America/New_York"])].map((z) => ({ value: z, label: z }))} />
      </div>
      <Loaded query={query} rows={14}>
        {(report) => (
          <div className="stack">
            <Provenance head={report.head} />
            <Suspense fallback={<Skeleton active />}>{view ? <view.show report={report} currency={report.head.currency || brand.currency} /> : <Sheet><JsonText value={report.answer} /></Sheet>}</Suspense>
            <Definitions keys={report.head.definitions} texts={catalogue.data?.definitions ?? {}} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

/** As of when, in which zone, by which view, and whether the data has caught up: over every report. */
function Provenance({ head }: { head: ReportHead }) {
  const { t } = useTranslation();
  const code = useCode();
  const parts = [
    t("report.as_of_day", { day: head.asOf }),
    head.from && head.to ? t("report.period", { from: head.from, to: addDays(head.to, -1) }) : "",
    head.previousFrom ? t("report.against", { from: head.previousFrom, to: addDays(head.previousTo, -1) }) : "",
    head.zone,
    head.currency,
    code("report.view", head.view),
    code("report.basis", head.basis),
    head.knownShare === null ? "" : t("report.known", { share: percent(head.knownShare) }),
  ].filter((p) => p !== "");
  return (
    <p className="quiet" style={{ fontSize: 13 }}>
      {parts.join(" · ")}
      {head.complete ? null : <span className="warn"> · {t("report.not_complete")}</span>}
      {head.lagSeconds >= 5 ? <span className="warn"> · {t("report.behind", { lag: duration(head.lagSeconds) })}</span> : null}
      {head.otherCurrencies.length > 0 ? <span className="warn"> · {t("report.other_currencies", { currencies: head.otherCurrencies.join(", ") })}</span> : null}
    </p>
  );
}

/** What each figure of the report means, in full. */
function Definitions({ keys, texts }: { keys: string[]; texts: Record<string, Bilingual> }) {
  const { t, i18n } = useTranslation();
  const known = keys.filter((key) => texts[key]);
  if (known.length === 0) return null;
  return (
    <Sheet title={t("report.definitions")}>
      <Facts of={known.map((key) => [t(`report.term.${key}`, { defaultValue: key }), <span className="quiet">{texts[key]?.[i18n.language === "en" ? "en" : "zh"]}</span>])} />
    </Sheet>
  );
}
