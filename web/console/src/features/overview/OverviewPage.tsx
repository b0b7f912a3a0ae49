import { useQuery } from "@tanstack/react-query";
import { Button, Segmented, Table } from "antd";
import { Trans, useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { shortMoney } from "../../shared/format/money";
import { percent } from "../../shared/format/number";
import { addDays, daysBetween, duration } from "../../shared/format/time";
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
import { factorKey, Moved, movers } from "../reports/Moved";
import { SalesChart } from "../reports/SalesChart";
import { useBrand } from "../settings/useBrand";
import { fetchOverview, type Overview } from "./api";

const spans = ["7", "30", "90", "365"];

export function OverviewPage() {
  const { t } = useTranslation();
  const [state, set] = useQueryState({ days: "30", from: "", to: "", channel: "", as_of: "" });
  const ownDates = state.from !== "" && state.to !== "";
  // Without a period the server takes the thirty days up to the newest data: that day is what other spans count back from.
  const base = { as_of: state.as_of, channel: state.channel };
  const first = useQuery({ queryKey: ["overview", base], queryFn: ({ signal }) => fetchOverview(base, signal), placeholderData: (before) => before });
  const asOf = first.data?.head.asOf ?? "";
  const period = ownDates ? { from: state.from, to: addDays(state.to, 1) } : state.days === "30" || asOf === "" ? null : { from: addDays(asOf, 1 - Number(state.days)), to: addDays(asOf, 1) };
  const filters = { ...base, ...period };
  const chosen = useQuery({ queryKey: ["overview", filters], queryFn: ({ signal }) => fetchOverview(filters, signal), placeholderData: (before) => before, enabled: period !== null });
  const query = period === null ? first : chosen;
  const days = query.data ? daysBetween(query.data.head.from, query.data.head.to) : 30;
  return (
    <Page
      title={t("nav.overview")}
      answer={query.data ? <Answer overview={query.data} days={days} /> : undefined}
      tools={
        <>
          <Segmented value={ownDates ? "" : state.days} onChange={(days) => set({ days, from: "", to: "" })} options={spans.map((d) => ({ value: d, label: t("overview.last_days", { count: Number(d) }) }))} />
          <DateRange from={ownDates ? state.from : ""} to={ownDates ? state.to : ""} onChange={(f, e) => set({ from: f, to: e })} />
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
  const { now, before, contributions, changeMinor } = overview.gmv;
  const money = shortMoney(now.salesMinor, currency);
  if (now.salesMinor === 0) return <>{t("overview.answer_nothing")}</>;
  if (before.salesMinor === 0) return <Trans i18nKey="overview.answer_alone" values={{ money, days }} components={{ b: <b /> }} />;
  const up = changeMinor >= 0;
  const main = [...movers(contributions)].sort((a, b) => (up ? contributions[b] - contributions[a] : contributions[a] - contributions[b]))[0]!;
  const values = { money, days, share: percent(Math.abs(changeMinor / before.salesMinor)), factor: t(factorKey(main)).toLocaleLowerCase(), moved: shortMoney(Math.abs(contributions[main]), currency) };
  return <Trans i18nKey={up ? "overview.answer_up" : "overview.answer_down"} values={values} components={{ b: <b /> }} />;
}

function Body({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const currency = useCurrency(overview);
  const [state, set] = useQueryState({ by: "day" });
  const { gmv, head, points, now, before } = overview;
  const asOf = head.asOf;
  const insight = t("metric.from_insight");
  const byMonth = state.by === "month";
  const buckets = byMonth ? overview.months : overview.days;
  if (overview.months.every((m) => m.orders === 0) && gmv.now.members === 0) {
    return <Sheet><EmptyState title={t("overview.empty")} action={<Link to="/intake/upload"><Button type="primary">{t("intake.upload.title")}</Button></Link>}>{t("overview.empty_text")}</EmptyState></Sheet>;
  }
  return (
    <div className="stack">
      <Freshness overview={overview} />
      <Sheet title={t("overview.gmv")} note={t("overview.gmv_note")} tools={<Link className="link" to="/reports/gmv">{t("overview.more")}</Link>}>
        <Equation gmv={gmv} currency={currency} asOf={asOf} />
        <p className="faint" style={{ marginTop: 12, fontSize: 13 }}>{t("overview.besides", { guests: shortMoney(gmv.now.guestSalesMinor, currency), total: shortMoney(gmv.now.salesMinor, currency), net: shortMoney(now.netMinor, currency) })}</p>
      </Sheet>
      <div className="columns wide-left">
        <Sheet
          title={t(byMonth ? "overview.by_month" : "overview.by_day")}
          note={buckets.some((d) => !d.complete) ? <><span className="hatched swatch" /> {t("chart.incomplete")}</> : undefined}
          tools={<Segmented size="small" value={state.by} onChange={(by) => set({ by })} options={[{ value: "day", label: t("overview.days") }, { value: "month", label: t("overview.months") }]} />}
        >
          <SalesChart buckets={buckets} currency={currency} byMonth={byMonth} />
        </Sheet>
        <Sheet title={t("overview.moved")} note={t("overview.moved_note")}>
          {gmv.before.salesMinor > 0 ? <Moved contributions={gmv.contributions} currency={currency} /> : <p className="quiet">{t("overview.nothing_before")}</p>}
        </Sheet>
      </div>
      <div className="cards">
        <MetricCard label={t("overview.new_members")} value={<Count value={now.newMembers} />} note={<Change now={now.newMembers} before={before.newMembers} />} explanation={{ definition: t("overview.new_members_means"), asOf, source: insight }} />
        <MetricCard label={t("overview.new_buyers")} value={<Count value={now.newBuyers} />} note={<Change now={now.newBuyers} before={before.newBuyers} />} explanation={{ definition: t("overview.new_buyers_means"), asOf, source: insight }} />
        <MetricCard label={t("overview.repeat_share")} value={<Percent share={now.repeatShare} />} note={<Change now={now.repeatShare} before={before.repeatShare} />} explanation={{ definition: t("overview.repeat_share_means"), asOf, source: insight }} />
        {points ? (
          <>
            <MetricCard label={t("overview.points_issued")} value={<Count value={points.issued} />} note={t("points_report.in_period")} explanation={{ definition: t("loyalty.issued_means"), asOf, source: insight }} />
            <MetricCard label={t("overview.points_spent")} value={<Count value={points.spent} />} note={t("points_report.in_period")} explanation={{ definition: t("loyalty.spent_means"), asOf, source: insight }} />
            <MetricCard label={t("overview.points_expired")} value={<Count value={points.expired} />} note={t("points_report.in_period")} explanation={{ definition: t("loyalty.expired_means"), asOf, source: insight }} />
            <MetricCard label={t("overview.liability")} value={<Count value={points.outstanding} />} note={t("points_report.at_the_end")} explanation={{ definition: t("overview.liability_means"), asOf, source: insight }} />
          </>
        ) : null}
      </div>
      <Sheet title={t("overview.by_channel")} tools={<Link className="link" to="/reports/channels">{t("overview.more")}</Link>} flush>
        <Channels overview={overview} currency={currency} onOpen={(channel) => void navigate(`/orders?channel=${encodeURIComponent(channel)}`)} />
      </Sheet>
    </div>
  );
}

/** Which days these are, and a word when they are not today's or not all there yet. */
function Freshness({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const { head } = overview;
  return (
    <p className="quiet" style={{ fontSize: 13, marginBottom: -8 }}>
      {t("report.period", { from: head.from, to: addDays(head.to, -1) })} · {t("report.against", { from: head.previousFrom, to: addDays(head.previousTo, -1) })} · {head.zone}
      {head.knownShare === null ? "" : ` · ${t("report.known", { share: percent(head.knownShare) })}`}
      {head.lagSeconds >= 5 ? <span className="warn"> · {t("report.behind", { lag: duration(head.lagSeconds) })}</span> : null}
      {head.otherCurrencies.length > 0 ? <span className="warn"> · {t("report.other_currencies", { currencies: head.otherCurrencies.join(", ") })}</span> : null}
    </p>
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
        { title: t("overview.orders"), align: "right", render: (_, c) => <Count value={c.orders} /> },
        { title: t("overview.buyers"), align: "right", render: (_, c) => <Count value={c.buyers} /> },
        { title: t("overview.new_buyers"), align: "right", render: (_, c) => <Count value={c.newBuyers} /> },
      ]}
    />
  );
}

function useCurrency(overview: Overview): string {
  const brand = useBrand();
  return overview.head.currency || brand.currency;
}
