import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { exactMoney, major, shortMoney, symbol } from "../../shared/format/money";
import { exact, short } from "../../shared/format/number";
import { Chart } from "../../shared/ui/Chart";
import { axisLook, type ChartColours, hatch, tooltipHtml } from "../../shared/ui/chartTheme";
import type { Bucket } from "../overview/api";

/** Sales by day or month from zero; what is not complete yet is hatched and never drawn as a fall. */
export function SalesChart({ buckets, currency, byMonth = false, height = 280 }: { buckets: Bucket[]; currency: string; byMonth?: boolean; height?: number }) {
  const { t } = useTranslation();
  const option = useCallback(
    (c: ChartColours) => ({
      aria: { enabled: true, decal: { show: true, decals: [{ color: "rgba(0,0,0,0)" }] } },
      xAxis: { type: "category", data: buckets.map((b) => b.from), ...axisLook(c), axisLabel: { ...axisLook(c).axisLabel, formatter: (from: string) => (byMonth ? from.slice(0, 7) : from.slice(5).replace("-", "/")) }, splitLine: { show: false } },
      yAxis: { type: "value", min: 0, ...axisLook(c), axisLine: { show: false }, splitNumber: 4, axisLabel: { color: c.ink3, formatter: (v: number) => symbol(currency) + short(v, 1) } },
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow", shadowStyle: { color: c.sunk, opacity: 0.6 } },
        formatter: (points: { dataIndex: number }[]) => {
          const b = buckets[points[0]?.dataIndex ?? 0];
          return b ? tooltipHtml(byMonth ? b.from.slice(0, 7) : b.from, [{ name: t("overview.sales"), value: exactMoney(b.salesMinor, currency) }, { name: t("overview.orders"), value: exact(b.orders) }, { name: t("overview.buyers"), value: exact(b.buyers) }, { name: t("overview.new_buyers"), value: exact(b.newBuyers) }], b.complete ? undefined : t("chart.incomplete")) : "";
        },
      },
      series: [
        {
          type: "bar",
          name: t("overview.sales"),
          barCategoryGap: buckets.length > 60 ? "15%" : "30%",
          data: buckets.map((b) => ({ value: major(b.salesMinor, currency), itemStyle: { color: c.series[0], borderRadius: [2, 2, 0, 0], ...(b.complete ? {} : { opacity: 0.75, decal: hatch(c) }) } })),
        },
      ],
    }),
    [buckets, currency, byMonth, t],
  );
  const total = buckets.reduce((sum, b) => sum + b.salesMinor, 0);
  return <Chart label={t("overview.chart_label", { total: shortMoney(total, currency), count: buckets.length })} height={height} option={option} />;
}
