import { useQuery } from "@tanstack/react-query";
import { Segmented, Table } from "antd";
import { Trans, useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { shortMoney } from "../../shared/format/money";
import { percent } from "../../shared/format/number";
import { addDays, daysBetween, isoDay } from "../../shared/format/time";
import { useQueryState } from "../../shared/state/useQueryState";
import { Change } from "../../shared/ui/Change";
import { ChannelSelect } from "../../shared/ui/ChannelSelect";
import { ChannelTag } from "../../shared/ui/ChannelTag";
import { channelColour } from "../../shared/ui/channels";
import { DateRange } from "../../shared/ui/DateRange";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Loaded } from "../../shared/ui/Loaded";
import { MetricCard } from "../../shared/ui/MetricCard";
import { Count, Money, Percent } from "../../shared/ui/Numbers";
import { Page, Sheet } from "../../shared/ui/Page";
import { useIsDark } from "../../app/preferences";
import { Equation } from "../reports/Equation";
import { factorKey, factorNames, Moved } from "../reports/Moved";
import { SalesChart } from "../reports/SalesChart";
import { useBrand } from "../settings/useBrand";
import { fetchOverview, type Overview } from "./api";

const spans = ["7", "30", "90", "365"];

export function OverviewPage() {
  const { t } = useTranslation();
  const [state, set] = useQueryState({ days: "30", from: "", to: "", channel: "" });
  const today = isoDay(new Date());
  const to = state.to || today;
  const from = state.from || addDays(to, 1 - Number(state.days || "30"));
  const filters = { from, to, channel: state.channel };
  const query = useQuery({ queryKey: ["overview", filters], queryFn: ({ signal }) => fetchOverview(filters, signal), placeholderData: (before) => before });
  const ownDates = state.from !== "" || state.to !== "";
  return (
    <Page
      title={t("nav.overview")}
      answer={query.data ? <Answer overview={query.data} days={daysBetween(from, to) + 1} /> : undefined}
      tools={
        <>
          <Segmented value={ownDates ? "" : state.days} onChange={(days) => set({ days, from: "", to: "" })} options={spans.map((d) => ({ value: d, label: t("overview.last_days", { count: Number(d) }) }))} />
          <DateRange from={ownDates ? from : ""} to={ownDates ? to : ""} onChange={(f, e) => set({ from: f, to: e })} />
          <ChannelSelect value={state.channel} onChange={(channel) => set({ channel })} />
        </>
      }
    >
      <Loaded query={query} rows={14}>{(overview) => <Body overview={overview} />}</Loaded>
    </Page>
  );
}

/** What happened to sales and mainly why, in one sentence. */
function Answer({ overview, days }: { overview: Overview; days: number }) {
  const { t } = useTranslation();
  const currency = useCurrency(overview);
  const { now, before } = overview.gmv;
  const contributions = overview.gmv.contributions;
  const money = shortMoney(now.salesMinor, currency);
  if (now.salesMinor === 0) return <>{t("overview.answer_nothing")}</>;
  if (!before || before.salesMinor === 0 || !contributions) return <Trans i18nKey="overview.answer_alone" values={{ money, days }} components={{ b: <b /> }} />;
  const up = now.salesMinor >= before.salesMinor;
  const main = [...factorNames].sort((a, b) => (up ? contributions[b] - contributions[a] : contributions[a] - contributions[b]))[0]!;
  const values = { money, days, share: percent(Math.abs(now.salesMinor / before.salesMinor - 1)), factor: t(factorKey(main)), moved: shortMoney(Math.abs(contributions[main]), currency) };
  return <Trans i18nKey={up ? "overview.answer_up" : "overview.answer_down"} values={values} components={{ b: <b /> }} />;
}

function Body({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const currency = useCurrency(overview);
  const { gmv, head, points } = overview;
  const asOf = head.asOf;
  const insight = t("metric.from_insight");
  if (overview.days.every((d) => d.orders === 0) && gmv.now.members === 0) {
    return <Sheet><EmptyState title={t("overview.empty")} action={<Link className="link" to="/intake/upload">{t("intake.upload.title")}</Link>}>{t("overview.empty_text")}</EmptyState></Sheet>;
  }
  return (
    <div className="stack">
      <Sheet title={t("overview.gmv")} note={t("overview.gmv_note")} tools={<Link className="link" to="/reports/gmv">{t("overview.more")}</Link>}>
        <Equation gmv={gmv} currency={currency} asOf={asOf} />
      </Sheet>
      <div className="columns wide-left">
        <Sheet title={t("overview.by_day")} note={overview.days.some((d) => !d.complete) ? <><span className="hatched" style={{ display: "inline-block", width: 14, height: 10, background: "var(--series-1)", verticalAlign: "baseline", opacity: 0.8 }} /> {t("chart.incomplete")}</> : undefined}>
          <SalesChart buckets={overview.days} currency={currency} />
        </Sheet>
        <Sheet title={t("overview.moved")} note={t("overview.moved_note")}>
          {gmv.contributions ? <Moved contributions={gmv.contributions} currency={currency} /> : <p className="quiet">{t("overview.nothing_before")}</p>}
        </Sheet>
      </div>
      <div className="cards">
        <MetricCard label={t("overview.new_members")} value={<Count value={overview.newMembers.now} />} note={<Change {...overview.newMembers} />} explanation={{ definition: t("overview.new_members_means"), asOf, source: insight }} />
        <MetricCard label={t("overview.repeat_share")} value={<Percent share={overview.repeatShare.now} />} note={<Change {...overview.repeatShare} />} explanation={{ definition: t("overview.repeat_share_means"), asOf, source: insight }} />
        <MetricCard label={t("overview.points_issued")} value={<Count value={points.issued.now} />} note={<Change {...points.issued} />} explanation={{ definition: t("loyalty.issued_means"), asOf, source: insight }} />
        <MetricCard label={t("overview.points_spent")} value={<Count value={points.spent.now} />} note={<Change {...points.spent} />} explanation={{ definition: t("loyalty.spent_means"), asOf, source: insight }} />
        <MetricCard label={t("overview.points_expired")} value={<Count value={points.expired.now} />} note={<Change {...points.expired} />} explanation={{ definition: t("loyalty.expired_means"), asOf, source: insight }} />
        <MetricCard label={t("overview.liability")} value={points.liabilityMinor !== null ? <Money minor={points.liabilityMinor} currency={currency} /> : <Count value={points.outstanding} />} note={points.liabilityMinor !== null && points.outstanding !== null ? <>{t("overview.points_outstanding")} <Count value={points.outstanding} /></> : t("overview.points_unit")} explanation={{ definition: t("overview.liability_means"), asOf, source: insight }} />
      </div>
      <Sheet title={t("overview.by_channel")} tools={<Link className="link" to="/reports/channels">{t("overview.more")}</Link>} flush>
        <Channels overview={overview} currency={currency} onOpen={(channel) => void navigate(`/orders?channel=${encodeURIComponent(channel)}`)} />
      </Sheet>
    </div>
  );
}

function Channels({ overview, currency, onOpen }: { overview: Overview; currency: string; onOpen: (channel: string) => void }) {
  const { t } = useTranslation();
  const dark = useIsDark();
  const total = overview.channels.reduce((sum, c) => sum + c.salesMinor, 0);
  return (
    <Table
      size="middle"
      rowKey={(c) => c.channel}
      dataSource={[...overview.channels].sort((a, b) => b.salesMinor - a.salesMinor)}
      pagination={false}
      locale={{ emptyText: <p className="quiet" style={{ padding: 24 }}>{t("overview.no_channels")}</p> }}
      columns={[
        { title: t("orders.channel"), width: 160, render: (_, c) => <button type="button" className="link" onClick={() => onOpen(c.channel)}><ChannelTag channel={c.channel} /></button> },
        { title: t("overview.share"), render: (_, c) => <span className="row" style={{ flexWrap: "nowrap" }}><span className="meter grow" style={{ height: 10 }}><i style={{ width: `${total > 0 ? (c.salesMinor / total) * 100 : 0}%`, background: channelColour(c.channel, dark) }} /></span><span className="number" style={{ width: 56 }}>{total > 0 ? percent(c.salesMinor / total) : "—"}</span></span> },
        { title: t("overview.sales"), align: "right", render: (_, c) => <Money minor={c.salesMinor} currency={currency} /> },
        ...(overview.channels.some((c) => c.beforeMinor !== null) ? [{ title: t("overview.change"), align: "right" as const, render: (_: unknown, c: Overview["channels"][number]) => <Change now={c.salesMinor} before={c.beforeMinor} /> }] : []),
        { title: t("overview.orders"), align: "right", render: (_, c) => <Count value={c.orders} /> },
        { title: t("overview.buyers"), align: "right", render: (_, c) => <Count value={c.buyers} /> },
      ]}
    />
  );
}

function useCurrency(overview: Overview): string {
  const brand = useBrand();
  return overview.head.currency || brand.currency;
}
