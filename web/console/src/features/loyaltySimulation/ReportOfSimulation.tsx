import { Alert, Table } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { exactMoney } from "../../shared/format/money";
import { exact, percent, short, signed } from "../../shared/format/number";
import { Chart } from "../../shared/ui/Chart";
import { axisLook, type ChartColours, tooltipHtml } from "../../shared/ui/chartTheme";
import { Explained, MetricCard } from "../../shared/ui/MetricCard";
import { Count, Money } from "../../shared/ui/Numbers";
import { Sheet } from "../../shared/ui/Page";
import { When } from "../../shared/ui/When";
import { useQueryState } from "../../shared/state/useQueryState";
import { firstType, PointTypeSwitch } from "../loyalty/pointTypes";
import type { PersonChange, Side, SimulationReport, TypeFigures } from "./api";

/** The report with the figures of the type that is looked at. */
type Shown = SimulationReport & TypeFigures;

type SideName = "live" | "draft";
const sides: SideName[] = ["live", "draft"];

/** Both programs beside one another: sums, months, tiers, people; one type of points at a time. */
export function ReportOfSimulation({ report: whole }: { report: SimulationReport }) {
  const { t } = useTranslation();
  const [state, set] = useQueryState({ type: "" });
  const figures = whole.types.find((x) => x.name === state.type) ?? whole.own;
  const report: Shown = { ...whole, ...figures };
  const { live, draft, actual } = report;
  const change = (read: (side: Side) => number) => (read(draft) === read(live) ? t("simulation.unchanged") : signed(read(draft) - read(live)));
  const net = (side: Side) => side.issued - side.takenBack;
  return (
    <div className="stack">
      <p className="quiet" style={{ fontSize: 13, margin: 0 }}>
        {t("simulation.provenance", { live: report.liveVersion, draft: report.draftVersion === null ? t("simulation.document") : `v${report.draftVersion}`, persons: exact(report.persons), orders: exact(report.orders), share: exact(report.share), seconds: exact(report.seconds) })} <When at={report.asOf} exactly />
        {report.share < 100 ? <span className="warn"> · {t("simulation.is_sample")}</span> : null}
      </p>
      {whole.types.length > 1 ? <div className="filters"><PointTypeSwitch types={whole.types} value={figures.name} onChange={(type) => set({ type: type === firstType ? "" : type })} /></div> : null}
      {report.missing ? <Alert showIcon type="info" title={t(`simulation.missing_${report.missing}`)} /> : null}
      <div className="cards">
        <MetricCard label={t("simulation.issued")} value={<Count value={net(draft)} />} note={t("simulation.against", { live: exact(net(live)), change: change(net) })} explanation={{ definition: t("simulation.issued_means") }} />
        <MetricCard label={t("simulation.owed")} value={<Count value={draft.liability} />} note={t("simulation.against", { live: exact(live.liability), change: change((s) => s.liability) })} explanation={{ definition: t("simulation.owed_means") }} />
        <MetricCard label={t("simulation.expired")} value={<Count value={draft.expired} />} note={t("simulation.against", { live: exact(live.expired), change: change((s) => s.expired) })} explanation={{ definition: t("simulation.expired_means") }} />
        {draft.costMinor !== null && live.costMinor !== null
          ? <MetricCard label={t("simulation.cost")} value={<Money minor={draft.costMinor} currency={report.currency} />} note={t("simulation.against", { live: exactMoney(live.costMinor, report.currency), change: draft.costMinor === live.costMinor ? t("simulation.unchanged") : (draft.costMinor > live.costMinor ? "+" : "") + exactMoney(draft.costMinor - live.costMinor, report.currency) })} explanation={{ definition: t("simulation.cost_means", { value: exactMoney(report.valueMinorPer1000 ?? 0, report.currency) }) }} />
          : <MetricCard label={t("simulation.cost")} value={<span className="faint">—</span>} note={t("simulation.no_value")} />}
        <MetricCard label={t("simulation.unpaid")} value={<Count value={draft.unpaid} />} note={t("simulation.against", { live: exact(live.unpaid), change: change((s) => s.unpaid) })} explanation={{ definition: t("simulation.unpaid_means") }} />
      </div>
      <div className="columns">
        <Sheet title={t("simulation.issued_by_month")} note={<Legend />}><ByMonth report={report} label={t("simulation.issued_by_month")} read={(m) => m.issued - m.takenBack} kind="bar" /></Sheet>
        <Sheet title={t("simulation.owed_by_month")} note={<Legend />}><ByMonth report={report} label={t("simulation.owed_by_month")} read={(m) => m.liability} kind="line" /></Sheet>
      </div>
      <div className="columns">
        <Sheet title={t("simulation.bands")} note={figures === whole.own ? t("simulation.bands_note", { up: exact(report.people.tierUp), down: exact(report.people.tierDown) }) : undefined}><Bands report={report} /></Sheet>
        {figures === whole.own ? <Sheet title={t("simulation.tiers")} note={<Legend />} flush><Tiers report={report} /></Sheet> : <Sheet title={t("simulation.months_table")} flush><Months report={report} /></Sheet>}
      </div>
      <div className="columns">
        <Sheet title={t("simulation.winners")} note={<Explained label={t("simulation.points")} explanation={{ definition: t("simulation.points_mean") }} />} flush><People people={report.people.winners} report={report} /></Sheet>
        <Sheet title={t("simulation.losers")} note={<Explained label={t("simulation.points")} explanation={{ definition: t("simulation.points_mean") }} />} flush><People people={report.people.losers} report={report} /></Sheet>
      </div>
      {figures === whole.own ? <Sheet title={t("simulation.months_table")} flush><Months report={report} /></Sheet> : null}
      {actual ? <Sheet title={t("simulation.actual")} note={t("simulation.actual_note", { same: exact(actual.same), members: exact(actual.members), share: actual.members > 0 ? percent(actual.same / actual.members) : "—" })} flush={actual.examples.length > 0}>
        <p className="quiet" style={actual.examples.length > 0 ? { padding: "0 20px" } : { margin: 0 }}>{t("simulation.actual_text", { otherwise: exact(actual.withOtherwise), differ: exact(actual.differ) })}</p>
        {actual.examples.length > 0 ? (
          <Table size="small" rowKey="personId" dataSource={actual.examples.slice(0, 10)} pagination={false} columns={[
            { title: t("simulation.person"), render: (_, e) => <Who id={e.personId} name={e.name} /> },
            { title: t("simulation.replayed"), align: "right", render: (_, e) => <><Count value={e.replayed} /> <span className="faint">{titleOf(report, e.replayedTier)}</span></> },
            { title: t("simulation.in_fact"), align: "right", render: (_, e) => <><Count value={e.actual} /> <span className="faint">{titleOf(report, e.actualTier)}</span></> },
          ]} />
        ) : null}
      </Sheet> : null}
    </div>
  );
}

const titleOf = (report: SimulationReport, tier: string): string => report.tierTitles.get(tier) ?? tier;

const colourOf = (c: ChartColours, side: SideName): string => (side === "live" ? (c.series[4] ?? c.ink3) : (c.series[0] ?? c.ink));

function Legend() {
  const { t } = useTranslation();
  return <span className="row" style={{ gap: 16 }}>{sides.map((side) => <span key={side}><span style={{ display: "inline-block", width: 10, height: 10, borderRadius: 2, background: `var(--series-${side === "live" ? 5 : 1})`, marginRight: 6 }} />{t(`simulation.${side}`)}</span>)}</span>;
}

function ByMonth({ report, label, read, kind }: { report: Shown; label: string; read: (month: Side["months"][number]) => number; kind: "bar" | "line" }) {
  const { t } = useTranslation();
  const option = useCallback(
    (c: ChartColours) => ({
      xAxis: { type: "category", data: report.live.months.map((m) => m.month), ...axisLook(c), splitLine: { show: false } },
      yAxis: { type: "value", ...axisLook(c), axisLine: { show: false }, axisLabel: { color: c.ink3, formatter: (v: number) => short(v) } },
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "none" },
        formatter: (p: { dataIndex: number }[]) => {
          const i = p[0]?.dataIndex ?? 0;
          return tooltipHtml(report.live.months[i]?.month ?? "", sides.map((side) => ({ name: t(`simulation.${side}`), colour: colourOf(c, side), value: exact(report[side].months[i] ? read(report[side].months[i]) : 0) })));
        },
      },
      series: sides.map((side) => ({ type: kind, name: t(`simulation.${side}`), showSymbol: false, barCategoryGap: "30%", lineStyle: { width: 2 }, itemStyle: { color: colourOf(c, side) }, data: report[side].months.map(read) })),
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [report, t],
  );
  return <Chart label={label} height={260} option={option} />;
}

/** How many members gain or lose how much. */
function Bands({ report }: { report: Shown }) {
  const { t } = useTranslation();
  const bands = report.people.bands;
  // The smallest part of the type: a band ends one of it before the next.
  const least = 1 / 10 ** report.scale;
  const words = (b: (typeof bands)[number]) =>
    b.from === 0 && b.to === 0 ? t("simulation.unchanged") : b.from === null ? `≤ ${exact(b.to ?? 0)}` : b.to === null ? `≥ +${exact(b.from)}` : b.from < 0 ? `${exact(b.from + least)} … ${exact(b.to)}` : `+${exact(b.from)} … +${exact(b.to - least)}`;
  const option = useCallback(
    (c: ChartColours) => ({
      grid: { left: 8, right: 64, top: 8, bottom: 4, containLabel: true },
      xAxis: { type: "value", ...axisLook(c), axisLabel: { show: false }, splitLine: { show: false } },
      yAxis: { type: "category", inverse: true, data: [...bands].reverse().map(words), ...axisLook(c) },
      tooltip: { formatter: ({ name, value }: { name: string; value: number }) => `${name}: ${exact(value)}` },
      series: [{ type: "bar", barCategoryGap: "30%", label: { show: true, position: "right", color: c.ink2, formatter: ({ value }: { value: number }) => exact(value) }, data: [...bands].reverse().map((b) => ({ value: b.members, itemStyle: { color: b.from === 0 && b.to === 0 ? c.ink3 : (b.from ?? -1) > 0 ? c.good : c.bad } })) }],
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [report, t],
  );
  return <Chart label={t("simulation.bands")} height={320} option={option} />;
}

function Tiers({ report }: { report: Shown }) {
  const { t } = useTranslation();
  const names = [...new Set([...report.draft.tiers, ...report.live.tiers].map((tier) => tier.tier))];
  const of = (side: SideName, name: string) => report[side].tiers.find((tier) => tier.tier === name)?.members ?? 0;
  return (
    <Table size="middle" rowKey={(name) => name} dataSource={names} pagination={false} columns={[
      { title: t("simulation.tier"), render: (_, name) => titleOf(report, name) },
      { title: t("simulation.live"), align: "right", render: (_, name) => <Count value={of("live", name)} /> },
      { title: t("simulation.draft"), align: "right", render: (_, name) => <Count value={of("draft", name)} /> },
      { title: t("simulation.difference"), align: "right", render: (_, name) => <b>{signed(of("draft", name) - of("live", name))}</b> },
    ]} />
  );
}

function Who({ id, name }: { id: string; name: string }) {
  return <Link className="link" to={`/members/${id}`}>{name || <span className="mono">#{id}</span>}</Link>;
}

function People({ people, report }: { people: PersonChange[]; report: Shown }) {
  const { t } = useTranslation();
  return (
    <Table size="small" rowKey="personId" dataSource={people} pagination={people.length > 10 ? { pageSize: 10, size: "small" } : false} locale={{ emptyText: t("simulation.nobody") }} columns={[
      { title: t("simulation.person"), render: (_, p) => <Who id={p.personId} name={p.name} /> },
      { title: t("simulation.before_after"), align: "right", render: (_, p) => <>{exact(p.before)} → {exact(p.after)}</> },
      { title: t("simulation.difference"), align: "right", render: (_, p) => <b className={p.after >= p.before ? "good" : "bad"}>{signed(p.after - p.before)}</b> },
      { title: t("simulation.tier"), render: (_, p) => (p.tierBefore === p.tierAfter ? <span className="faint">{titleOf(report, p.tierAfter)}</span> : `${titleOf(report, p.tierBefore)} → ${titleOf(report, p.tierAfter)}`) },
    ]} />
  );
}

function Months({ report }: { report: Shown }) {
  const { t } = useTranslation();
  const rows = report.live.months.map((live, i) => ({ month: live.month, live, draft: report.draft.months[i] ?? live })).reverse();
  const pair = (read: (m: Side["months"][number]) => number) => (_: unknown, row: (typeof rows)[number]) => <>{exact(read(row.live))} → <b>{exact(read(row.draft))}</b></>;
  return (
    <Table size="small" rowKey="month" dataSource={rows} pagination={rows.length > 12 ? { pageSize: 12 } : false} scroll={{ x: true }} columns={[
      { title: t("points_report.month"), render: (_, r) => r.month },
      { title: t("simulation.issued"), align: "right", render: pair((m) => m.issued - m.takenBack) },
      { title: t("simulation.spent"), align: "right", render: pair((m) => m.spent) },
      { title: t("simulation.expired"), align: "right", render: pair((m) => m.expired) },
      { title: t("simulation.owed"), align: "right", render: pair((m) => m.liability) },
      ...(report.draft.costMinor === null ? [] : [{ title: t("simulation.cost"), align: "right" as const, render: (_: unknown, r: (typeof rows)[number]) => <>{exactMoney(r.live.costMinor ?? 0, report.currency)} → <b>{exactMoney(r.draft.costMinor ?? 0, report.currency)}</b></> }]),
    ]} />
  );
}
