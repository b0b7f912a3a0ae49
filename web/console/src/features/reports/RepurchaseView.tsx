import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { exact, numberFormat, percent } from "../../shared/format/number";
import { Chart } from "../../shared/ui/Chart";
import { axisLook, type ChartColours, tooltipHtml } from "../../shared/ui/chartTheme";
import { MetricCard } from "../../shared/ui/MetricCard";
import { Count } from "../../shared/ui/Numbers";
import { Sheet } from "../../shared/ui/Page";
import { bodyOf } from "./api";
import type { ViewProps } from "./ReportPage";

/** How long buyers take to come back: the gaps between purchases, and the time to the second one with the silent ones counted in. */
export function RepurchaseView({ report }: ViewProps) {
  const { t } = useTranslation();
  const body = bodyOf(report, "repurchase");
  const gaps = body.child("gaps");
  const second = body.child("second_purchase");
  const bins = gaps.list((r) => ({ from: r.number("from_days"), to: r.numberOrNull("to_days"), count: r.number("gaps") }), "histogram");
  const curve = second.list((r) => ({ day: r.number("days"), share: r.number("survival") }), "curve");
  const days = (value: number | null) => (value === null ? "—" : t("person.days", { count: value, days: numberFormat({ maximumFractionDigits: 1 }).format(value) }));

  const histogram = useCallback(
    (c: ChartColours) => ({
      xAxis: { type: "category", data: bins.map((b) => (b.to === null ? `${b.from}+` : `${b.from}–${b.to}`)), name: t("repurchase.days"), nameLocation: "middle", nameGap: 28, ...axisLook(c), splitLine: { show: false } },
      grid: { left: 8, right: 16, top: 24, bottom: 24, containLabel: true },
      yAxis: { type: "value", min: 0, ...axisLook(c), axisLine: { show: false } },
      tooltip: { trigger: "axis", axisPointer: { type: "none" }, formatter: (p: { dataIndex: number }[]) => { const b = bins[p[0]?.dataIndex ?? 0]; return b ? tooltipHtml(b.to === null ? t("repurchase.from", { from: b.from }) : t("repurchase.between", { from: b.from, to: b.to }), [{ name: t("repurchase.gaps"), value: exact(b.count) }]) : ""; } },
      series: [{ type: "bar", barCategoryGap: "12%", data: bins.map((b) => b.count), itemStyle: { color: c.series[0], borderRadius: [2, 2, 0, 0] } }],
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [report, t],
  );
  const survival = useCallback(
    (c: ChartColours) => ({
      grid: { left: 8, right: 24, top: 24, bottom: 24, containLabel: true },
      xAxis: { type: "value", min: 0, name: t("repurchase.days_after_first"), nameLocation: "middle", nameGap: 28, ...axisLook(c), splitLine: { show: false } },
      yAxis: { type: "value", min: 0, max: 1, ...axisLook(c), axisLine: { show: false }, axisLabel: { color: c.ink3, formatter: (v: number) => percent(v, 0) } },
      tooltip: { trigger: "axis", formatter: (p: { data: [number, number] }[]) => { const at = p[0]?.data; return at ? tooltipHtml(t("repurchase.after_days", { days: at[0] }), [{ name: t("repurchase.came_back"), value: percent(at[1]) }]) : ""; } },
      series: [{ type: "line", step: "end", symbol: "none", data: curve.map((p) => [p.day, 1 - p.share]), lineStyle: { width: 2, color: c.series[0] }, areaStyle: { color: c.series[0], opacity: 0.1 } }],
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [report, t],
  );

  return (
    <>
      <div className="cards">
        <MetricCard label={t("repurchase.median_gap")} value={days(gaps.numberOrNull("median_days"))} note={t("repurchase.quartiles", { low: exact(gaps.number("first_quartile_days")), high: exact(gaps.number("third_quartile_days")) })} explanation={{ definition: t("repurchase.gap_means") }} />
        <MetricCard label={t("repurchase.mean_gap")} value={days(gaps.numberOrNull("mean_days"))} />
        <MetricCard label={t("repurchase.gaps")} value={<Count value={gaps.numberOrNull("gaps")} />} />
        <MetricCard label={t("repurchase.second_median")} value={second.has("median_days") ? days(second.numberOrNull("median_days")) : t("repurchase.not_reached")} note={t("repurchase.of_persons", { came: exact(second.number("came_back")), persons: exact(second.number("persons")) })} explanation={{ definition: t("repurchase.second_means") }} />
      </div>
      <div className="columns">
        {bins.length > 0 ? <Sheet title={t("repurchase.histogram")}><Chart label={t("repurchase.histogram")} height={300} option={histogram} /></Sheet> : null}
        {curve.length > 0 ? <Sheet title={t("repurchase.curve")} note={t("repurchase.curve_note")}><Chart label={t("repurchase.curve")} height={300} option={survival} /></Sheet> : null}
      </div>
    </>
  );
}
