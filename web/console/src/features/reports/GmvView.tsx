import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { exactMoney, major, shortMoney, symbol } from "../../shared/format/money";
import { short } from "../../shared/format/number";
import { Chart } from "../../shared/ui/Chart";
import { axisLook, type ChartColours, tooltipHtml } from "../../shared/ui/chartTheme";
import { Sheet } from "../../shared/ui/Page";
import { bodyOf, type Contributions, toDecomposition } from "./api";
import { Equation } from "./Equation";
import { factorKey, Moved, movers } from "./Moved";
import type { ViewProps } from "./ReportPage";

/** From the sales of the period before to those of this one, factor by factor. */
export function GmvView({ report, currency }: ViewProps) {
  const { t } = useTranslation();
  const gmv = toDecomposition(bodyOf(report, "gmv").child("gmv"));
  return (
    <>
      <Sheet title={t("overview.gmv")}><Equation gmv={gmv} currency={currency} asOf={report.head.asOf} /></Sheet>
      {gmv.before.salesMinor > 0 ? (
        <div className="columns wide-left">
          <Sheet title={t("gmv.waterfall")}><Waterfall before={gmv.before.salesMinor} contributions={gmv.contributions} currency={currency} /></Sheet>
          <Sheet title={t("overview.moved")} note={t("overview.moved_note")}><Moved contributions={gmv.contributions} currency={currency} /></Sheet>
        </div>
      ) : null}
    </>
  );
}

function Waterfall({ before, contributions, currency }: { before: number; contributions: Contributions; currency: string }) {
  const { t } = useTranslation();
  const steps = movers(contributions).map((name) => ({ name: t(factorKey(name)), value: contributions[name] }));
  const after = before + steps.reduce((sum, s) => sum + s.value, 0);
  const option = useCallback(
    (c: ChartColours) => {
      const bars = [{ name: t("gmv.before"), value: before, total: true }, ...steps.map((s) => ({ ...s, total: false })), { name: t("gmv.now"), value: after, total: true }];
      let level = 0;
      const shaped = bars.map((bar) => {
        if (bar.total) {
          level = bar.value;
          return { ...bar, floor: 0, height: bar.value };
        }
        const from = level;
        level += bar.value;
        return { ...bar, floor: Math.min(from, level), height: Math.abs(bar.value) };
      });
      return {
        xAxis: { type: "category", data: shaped.map((b) => b.name), ...axisLook(c), splitLine: { show: false } },
        yAxis: { type: "value", min: 0, ...axisLook(c), axisLine: { show: false }, axisLabel: { color: c.ink3, formatter: (v: number) => symbol(currency) + short(v, 1) } },
        tooltip: { trigger: "axis", axisPointer: { type: "none" }, formatter: (p: { dataIndex: number }[]) => { const b = shaped[p[0]?.dataIndex ?? 0]; return b ? tooltipHtml(b.name, [{ name: t("overview.sales"), value: (b.total || b.value < 0 ? "" : "+") + exactMoney(b.value, currency) }]) : ""; } },
        series: [
          { type: "bar", stack: "w", silent: true, itemStyle: { color: "transparent" }, data: shaped.map((b) => major(b.floor, currency)) },
          {
            type: "bar",
            stack: "w",
            barWidth: "52%",
            label: { show: true, position: "top", color: c.ink, fontWeight: 600, formatter: (p: { dataIndex: number }) => { const b = shaped[p.dataIndex]; return b ? (b.total || b.value < 0 ? "" : "+") + shortMoney(b.value, currency, 0) : ""; } },
            data: shaped.map((b) => ({ value: major(b.height, currency), itemStyle: { color: b.total ? c.series[0] : b.value >= 0 ? c.good : c.bad, borderRadius: 2 } })),
          },
        ],
      };
    },
    // The steps are made anew on each drawing; what they are made of is listed.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [before, contributions, currency, t],
  );
  return <Chart label={t("gmv.waterfall")} height={320} option={option} />;
}
