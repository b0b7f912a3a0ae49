import { Table } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { exact, short } from "../../shared/format/number";
import { Chart } from "../../shared/ui/Chart";
import { axisLook, type ChartColours, hatch, tooltipHtml } from "../../shared/ui/chartTheme";
import { MetricCard } from "../../shared/ui/MetricCard";
import { Count } from "../../shared/ui/Numbers";
import { Sheet } from "../../shared/ui/Page";
import { bodyOf } from "./api";
import type { ViewProps } from "./ReportPage";

/** What was given, used, lapsed and is still owed in points. */
export function PointsView({ report }: ViewProps) {
  const { t } = useTranslation();
  const body = bodyOf(report, "points");
  const balances = body.child("balances");
  const months = body.list((r) => {
    const moves = r.child("moves");
    return { month: r.text("month").slice(0, 7), opening: r.number("opening"), closing: r.number("closing"), issued: moves.number("issued"), spent: moves.number("spent"), expired: moves.number("expired"), clawedBack: moves.number("clawed_back"), byHand: moves.number("given_by_hand") - moves.number("taken_by_hand") + moves.number("other"), complete: r.any("complete") !== false };
  }, "months");
  const option = useCallback(
    (c: ChartColours) => ({
      grid: { left: 8, right: 8, top: 32, bottom: 4, containLabel: true },
      xAxis: { type: "category", data: months.map((m) => m.month), ...axisLook(c), splitLine: { show: false } },
      yAxis: { type: "value", ...axisLook(c), axisLine: { show: false }, axisLabel: { color: c.ink3, formatter: (v: number) => short(v) } },
      tooltip: { trigger: "axis", axisPointer: { type: "none" }, formatter: (p: { dataIndex: number }[]) => { const m = months[p[0]?.dataIndex ?? 0]; return m ? tooltipHtml(m.month, [{ name: t("loyalty.issued"), colour: c.series[0], value: exact(m.issued) }, { name: t("loyalty.spent"), colour: c.series[1], value: exact(-Math.abs(m.spent)) }, { name: t("loyalty.expired"), colour: c.series[4], value: exact(-Math.abs(m.expired)) }], m.complete ? undefined : t("chart.incomplete")) : ""; } },
      series: (["issued", "spent", "expired"] as const).map((name, i) => ({
        type: "bar",
        stack: "points",
        name: t(`loyalty.${name}`),
        barCategoryGap: "35%",
        data: months.map((m) => ({ value: name === "issued" ? m.issued : -Math.abs(m[name]), itemStyle: { color: c.series[[0, 1, 4][i] ?? 0], ...(m.complete ? {} : { opacity: 0.75, decal: hatch(c) }) } })),
      })),
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [report, t],
  );
  return (
    <>
      <div className="cards">
        <MetricCard label={t("overview.liability")} value={<Count value={balances.number("liability")} />} note={t("points_report.holders", { count: balances.number("holders"), people: exact(balances.number("holders")) })} explanation={{ definition: t("overview.liability_means") }} />
        <MetricCard label={t("loyalty.pending")} value={<Count value={balances.number("pending")} />} note={t("points_report.at_the_end")} explanation={{ definition: t("loyalty.pending_means") }} />
        <MetricCard label={t("points_report.debt")} value={<Count value={balances.number("debt")} />} note={t("points_report.debtors", { count: balances.number("debtors"), people: exact(balances.number("debtors")) })} explanation={{ definition: t("points_report.debt_means") }} />
      </div>
      {months.length > 0 ? (
        <>
          <Sheet title={t("points_report.by_month")} note={<span className="row" style={{ gap: 16 }}>{(["issued", "spent", "expired"] as const).map((name, i) => <span key={name}><span style={{ display: "inline-block", width: 10, height: 10, borderRadius: 2, background: `var(--series-${[1, 2, 5][i] ?? 1})`, marginRight: 6 }} />{t(`loyalty.${name}`)}</span>)}</span>}><Chart label={t("points_report.by_month")} height={300} option={option} /></Sheet>
          <Sheet flush>
            <Table size="small" rowKey="month" dataSource={[...months].reverse()} pagination={months.length > 24 ? { pageSize: 24 } : false} columns={[
              { title: t("points_report.month"), render: (_, m) => <>{m.month} {m.complete ? null : <span className="faint">{t("chart.incomplete")}</span>}</> },
              { title: t("points_report.opening"), align: "right", render: (_, m) => <Count value={m.opening} /> },
              { title: t("loyalty.issued"), align: "right", render: (_, m) => <Count value={m.issued} /> },
              { title: t("loyalty.spent"), align: "right", render: (_, m) => <Count value={m.spent} /> },
              { title: t("loyalty.expired"), align: "right", render: (_, m) => <Count value={m.expired} /> },
              { title: t("points_report.clawed_back"), align: "right", render: (_, m) => <Count value={m.clawedBack} /> },
              { title: t("points_report.by_hand"), align: "right", render: (_, m) => <Count value={m.byHand} /> },
              { title: t("points_report.closing"), align: "right", render: (_, m) => <b><Count value={m.closing} /></b> },
            ]} />
          </Sheet>
        </>
      ) : null}
    </>
  );
}
