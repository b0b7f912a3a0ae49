import { DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Table } from "antd";
import dayjs from "dayjs";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { keep } from "../../shared/api/csv";
import { exactMoney } from "../../shared/format/money";
import { exact, percent, short } from "../../shared/format/number";
import { useQueryState } from "../../shared/state/useQueryState";
import { Chart } from "../../shared/ui/Chart";
import { axisLook, type ChartColours, tooltipHtml } from "../../shared/ui/chartTheme";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Loaded } from "../../shared/ui/Loaded";
import { Explained, MetricCard } from "../../shared/ui/MetricCard";
import { Count, Money } from "../../shared/ui/Numbers";
import { Page, Sheet } from "../../shared/ui/Page";
import { firstType, PointTypeSwitch } from "../loyalty/pointTypes";
import { accounts, fetchLiability, type Liability } from "./api";

/** What the brand owes in points, where points came from and went, when they end, and how many never get used. */
export function LiabilityPage() {
  const { t } = useTranslation();
  const [state, set] = useQueryState({ as_of: "", type: "" });
  const query = useQuery({ queryKey: ["liability", state.type, state.as_of], queryFn: ({ signal }) => fetchLiability("default", state.type, state.as_of, signal), placeholderData: (before) => before });
  const report = query.data;
  return (
    <Page
      title={t("liability.title")}
      crumbs={[{ to: "/loyalty", title: t("nav.loyalty") }]}
      answer={report ? t("liability.answer", { day: report.asOf, points: exact(report.standing.outstanding), money: report.standing.outstandingMinor === null ? t("liability.no_value") : exactMoney(report.standing.outstandingMinor, report.currency) }) : undefined}
      tools={report ? <Button icon={<DownloadOutlined />} onClick={() => save(report)}>{t("export.button")}</Button> : undefined}
    >
      <div className="filters">
        {report ? <PointTypeSwitch types={report.types} value={state.type} onChange={(type) => set({ type: type === firstType ? "" : type })} /> : null}
        <DatePicker value={state.as_of ? dayjs(state.as_of) : null} onChange={(day) => set({ as_of: day ? day.format("YYYY-MM-DD") : "" })} placeholder={t("report.as_of")} aria-label={t("report.as_of")} style={{ width: 200 }} />
      </div>
      <Loaded query={query} rows={12}>{(r) => <Body report={r} />}</Loaded>
    </Page>
  );
}

function Body({ report }: { report: Liability }) {
  const { t } = useTranslation();
  const s = report.standing;
  return (
    <div className="stack">
      {report.proof !== 0 ? <Alert type="error" showIcon title={t("liability.proof_broken", { points: exact(report.proof) })} /> : null}
      <div className="cards">
        <MetricCard label={t("liability.outstanding")} value={<Count value={s.outstanding} />} note={s.outstandingMinor === null ? t("liability.no_value") : <Money minor={s.outstandingMinor} currency={report.currency} />} explanation={{ definition: t("liability.outstanding_means") }} />
        <MetricCard label={t("points.spendable")} value={<Count value={s.spendable} />} explanation={{ definition: t("liability.spendable_means") }} />
        <MetricCard label={t("loyalty.pending")} value={<Count value={s.pending} />} explanation={{ definition: t("loyalty.pending_means") }} />
        <MetricCard label={t("points_report.debt")} value={<Count value={s.debt} />} explanation={{ definition: t("points_report.debt_means") }} />
        <MetricCard label={t("liability.breakage")} value={report.breakage === null ? <span className="faint">—</span> : percent(report.breakage / 10_000)} explanation={{ definition: t("liability.breakage_means") }} />
      </div>
      <div className="columns">
        <Sheet title={t("liability.by_month")}>{report.months.length > 0 ? <Outstanding report={report} /> : <EmptyState title={t("liability.nothing")} />}</Sheet>
        <Sheet title={t("liability.ends")} note={t("liability.ends_note")}>{report.ends.length > 0 ? <Ends report={report} /> : <EmptyState title={t("liability.nothing")} />}</Sheet>
      </div>
      <div className="columns">
        <Sheet title={t("liability.accounts")} note={<Explained label={t("liability.proof", { points: exact(report.proof) })} explanation={{ definition: t("liability.proof_means") }} />} flush>
          <Accounts report={report} />
        </Sheet>
        <Sheet title={t("liability.ages")} note={t("liability.ages_note")} flush>
          <Table size="middle" rowKey="days" pagination={false} dataSource={report.ages} columns={[
            { title: t("liability.age"), render: (_, a) => t("liability.age_days", { days: a.days.replace("-", "–") }) },
            { title: t("liability.points"), align: "right", render: (_, a) => <Count value={a.points} /> },
            { title: t("liability.money"), align: "right", render: (_, a) => <Money minor={a.minor} currency={report.currency} /> },
          ]} />
        </Sheet>
      </div>
      <Sheet title={t("liability.months_table")} flush>
        <Table size="small" rowKey="month" dataSource={[...report.months].reverse()} pagination={report.months.length > 24 ? { pageSize: 24 } : false} scroll={{ x: true }} columns={[
          { title: t("points_report.month"), render: (_, m) => m.month },
          ...accounts.map((name) => ({ title: <Explained label={t(`liability.account.${name}`)} explanation={{ definition: t(`liability.account_means.${name}`) }} />, align: "right" as const, render: (_: unknown, m: Liability["months"][number]) => <Count value={m[name]} /> })),
          { title: t("liability.outstanding"), align: "right", render: (_, m) => <b><Count value={m.outstanding} /></b> },
          { title: t("liability.money"), align: "right", render: (_, m) => <Money minor={m.outstandingMinor} currency={report.currency} /> },
        ]} />
      </Sheet>
    </div>
  );
}

/** Both sides of the books: where points came from, where they are and where they went. */
function Accounts({ report }: { report: Liability }) {
  const { t } = useTranslation();
  const s = report.standing;
  const given = [["issued", s.issued], ["adjusted", s.adjusted], ["exchanged", s.exchanged], ["borne", s.borne]] as const;
  const rest = [["spendable", s.spendable], ["pending", s.pending], ["debt", 0 - s.debt], ["reserved", s.reserved], ["spent", s.spent], ["expired", s.expired]] as const;
  const rows = [...given.map(([name, points]) => ({ name, given: points, held: null as number | null })), ...rest.map(([name, points]) => ({ name, given: null, held: points }))];
  return (
    <Table
      size="middle"
      rowKey="name"
      pagination={false}
      dataSource={rows}
      columns={[
        { title: t("liability.account_title"), render: (_, r) => <Explained label={t(`liability.account.${r.name}`)} explanation={{ definition: t(`liability.account_means.${r.name}`) }} /> },
        { title: t("liability.came"), align: "right", render: (_, r) => (r.given === null ? null : <Count value={r.given} />) },
        { title: t("liability.went"), align: "right", render: (_, r) => (r.held === null ? null : <Count value={r.held} />) },
      ]}
      summary={() => (
        <Table.Summary.Row>
          <Table.Summary.Cell index={0}><b>{t("liability.sum")}</b></Table.Summary.Cell>
          <Table.Summary.Cell index={1} align="right"><b><Count value={given.reduce((sum, [, points]) => sum + points, 0)} /></b></Table.Summary.Cell>
          <Table.Summary.Cell index={2} align="right"><b><Count value={rest.reduce((sum, [, points]) => sum + points, 0)} /></b></Table.Summary.Cell>
        </Table.Summary.Row>
      )}
    />
  );
}

function Outstanding({ report }: { report: Liability }) {
  const { t } = useTranslation();
  const option = useCallback(
    (c: ChartColours) => ({
      xAxis: { type: "category", data: report.months.map((m) => m.month), ...axisLook(c), splitLine: { show: false } },
      yAxis: { type: "value", ...axisLook(c), axisLine: { show: false }, axisLabel: { color: c.ink3, formatter: (v: number) => short(v) } },
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "none" },
        formatter: (p: { dataIndex: number }[]) => {
          const m = report.months[p[0]?.dataIndex ?? 0];
          return m ? tooltipHtml(m.month, [{ name: t("liability.outstanding"), colour: c.series[0], value: exact(m.outstanding) }, ...(["issued", "spent", "expired"] as const).map((name) => ({ name: t(`liability.account.${name}`), value: exact(m[name]) }))]) : "";
        },
      },
      series: [{ type: "line", showSymbol: false, lineStyle: { width: 2 }, areaStyle: { opacity: 0.12 }, data: report.months.map((m) => m.outstanding) }],
    }),
    [report, t],
  );
  return <Chart label={t("liability.by_month")} height={280} option={option} />;
}

function Ends({ report }: { report: Liability }) {
  const { t } = useTranslation();
  const option = useCallback(
    (c: ChartColours) => ({
      xAxis: { type: "category", data: report.ends.map((e) => e.month ?? t("liability.never")), ...axisLook(c), splitLine: { show: false } },
      yAxis: { type: "value", ...axisLook(c), axisLine: { show: false }, axisLabel: { color: c.ink3, formatter: (v: number) => short(v) } },
      tooltip: { trigger: "axis", axisPointer: { type: "none" }, formatter: (p: { dataIndex: number }[]) => { const e = report.ends[p[0]?.dataIndex ?? 0]; return e ? tooltipHtml(e.month ?? t("liability.never"), [{ name: t("liability.points"), colour: c.series[1], value: exact(e.points) }, ...(e.minor === null ? [] : [{ name: t("liability.money"), value: exactMoney(e.minor, report.currency) }])]) : ""; } },
      series: [{ type: "bar", barCategoryGap: "35%", itemStyle: { color: c.series[1] }, data: report.ends.map((e) => e.points) }],
    }),
    [report, t],
  );
  return <Chart label={t("liability.ends")} height={280} option={option} />;
}

/** The months as a file, with the API's names: the figures as they stand on the page. */
function save(report: Liability): void {
  const heading = ["month", ...accounts, "outstanding", "outstanding_minor"];
  const lines = report.months.map((m) => [m.month, ...accounts.map((name) => m[name]), m.outstanding, m.outstandingMinor ?? ""]);
  const ends = report.ends.map((e) => [e.month ?? "", e.points, e.minor ?? ""]);
  const text = [heading, ...lines, [], ["ends_in_month", "points", "minor"], ...ends].map((row) => row.join(",")).join("\r\n");
  keep(new Blob(["\uFEFF", text, "\r\n"], { type: "text/csv;charset=utf-8" }), `liability-${report.asOf}.csv`);
}
