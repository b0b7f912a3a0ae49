import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { exact, percent } from "../../shared/format/number";
import { Chart } from "../../shared/ui/Chart";
import { axisLook, type ChartColours, tooltipHtml } from "../../shared/ui/chartTheme";
import { Sheet } from "../../shared/ui/Page";
import { HeatTable } from "./HeatTable";
import { bodyOf } from "./api";
import type { ViewProps } from "./ReportPage";

interface Step {
  period: number;
  returnOn: number | null;
  onOrAfter: number | null;
  eligible: number;
}

/** The share of buyers that came back in a period, and that came back in it or later, over complete cohorts only. */
export function RetentionView({ report }: ViewProps) {
  const { t } = useTranslation();
  const steps: Step[] = bodyOf(report, "retention")
    .list((r) => ({ period: r.number("offset"), returnOn: r.numberOrNull("return_on"), onOrAfter: r.numberOrNull("on_or_after"), eligible: r.number("members") }), "pooled")
    .filter((s) => s.period > 0);
  const option = useCallback(
    (c: ChartColours) => ({
      grid: { left: 8, right: 96, top: 24, bottom: 4, containLabel: true },
      xAxis: { type: "category", data: steps.map((s) => t("cohorts.after", { n: s.period })), boundaryGap: false, ...axisLook(c), splitLine: { show: false } },
      yAxis: { type: "value", min: 0, ...axisLook(c), axisLine: { show: false }, axisLabel: { color: c.ink3, formatter: (v: number) => percent(v, 0) } },
      tooltip: { trigger: "axis", formatter: (p: { dataIndex: number }[]) => { const s = steps[p[0]?.dataIndex ?? 0]; return s ? tooltipHtml(t("cohorts.after", { n: s.period }), [{ name: t("retention.return_on"), colour: c.series[0], value: s.returnOn === null ? "—" : percent(s.returnOn) }, { name: t("retention.on_or_after"), colour: c.series[1], value: s.onOrAfter === null ? "—" : percent(s.onOrAfter) }, { name: t("retention.base"), value: exact(s.eligible) }]) : ""; } },
      series: [line(t("retention.return_on"), steps.map((s) => s.returnOn), c.series[0]), line(t("retention.on_or_after"), steps.map((s) => s.onOrAfter), c.series[1])],
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [report, t],
  );
  return (
    <>
      <Sheet title={t("retention.title")} note={t("retention.note")}><Chart label={t("retention.title")} height={320} option={option} /></Sheet>
      <Sheet title={t("retention.numbers")}>
        <HeatTable
          corner=""
          columns={steps.map((s) => ({ key: String(s.period), title: t("cohorts.after", { n: s.period }) }))}
          rows={[
            { key: "on", title: t("retention.return_on"), cells: steps.map((s) => (s.returnOn === null ? null : { share: s.returnOn, text: percent(s.returnOn) })) },
            { key: "after", title: t("retention.on_or_after"), cells: steps.map((s) => (s.onOrAfter === null ? null : { share: s.onOrAfter, text: percent(s.onOrAfter) })) },
            { key: "base", title: t("retention.base"), cells: steps.map((s) => ({ share: 0, text: exact(s.eligible) })) },
          ]}
        />
      </Sheet>
    </>
  );
}

function line(name: string, data: (number | null)[], colour: string | undefined) {
  return { type: "line", name, data, symbol: "circle", symbolSize: 5, lineStyle: { width: 2, color: colour }, itemStyle: { color: colour }, endLabel: { show: true, formatter: "{a}", color: colour, fontSize: 12 }, labelLayout: { moveOverlap: "shiftY" } };
}
