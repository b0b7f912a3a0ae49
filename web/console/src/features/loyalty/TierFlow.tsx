import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { exact } from "../../shared/format/number";
import { Chart } from "../../shared/ui/Chart";
import type { ChartColours } from "../../shared/ui/chartTheme";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Loaded } from "../../shared/ui/Loaded";
import type { Program } from "./api";
import { type FlowLine, fetchTierFlow } from "./tiers";

/** Who moved from which tier to which in the last thirty days. */
export function TierFlow({ program }: { program: Program }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["tier-flow", program.name], queryFn: ({ signal }) => fetchTierFlow(program.name, 30, signal), staleTime: 60_000 });
  return <Loaded query={query} rows={4}>{(lines) => (lines.length === 0 ? <EmptyState title={t("tier.no_flow")} /> : <Flow program={program} lines={lines} />)}</Loaded>;
}

function Flow({ program, lines }: { program: Program; lines: FlowLine[] }) {
  const { t } = useTranslation();
  const place = useCallback((name: string) => program.tiers.findIndex((tier) => tier.name === name), [program]);
  const title = useCallback((name: string) => program.tiers[place(name)]?.title ?? name, [program, place]);
  const up = lines.filter((l) => place(l.to) > place(l.from)).reduce((sum, l) => sum + l.moves, 0);
  const down = lines.reduce((sum, l) => sum + l.moves, 0) - up;
  const option = useCallback(
    (c: ChartColours) => ({
      series: [{
        type: "sankey",
        left: 8,
        right: 110,
        top: 16,
        bottom: 16,
        nodeGap: 14,
        data: [...new Set(lines.flatMap((l) => [`0${l.from}`, `1${l.to}`]))].map((name) => ({ name, itemStyle: { color: c.series[Math.max(0, place(name.slice(1))) % c.series.length] } })),
        links: lines.map((l) => ({ source: `0${l.from}`, target: `1${l.to}`, value: l.moves })),
        label: { color: c.ink, overflow: "truncate", width: 96, formatter: ({ name }: { name: string }) => title(name.slice(1)) },
        lineStyle: { color: "source", opacity: 0.35 },
        tooltip: { formatter: ({ dataType, data, name, value }: { dataType: string; data: { source?: string; target?: string }; name: string; value: number }) => (dataType === "edge" ? `${title(data.source?.slice(1) ?? "")} → ${title(data.target?.slice(1) ?? "")}: ${exact(value)}` : `${title(name.slice(1))}: ${exact(value)}`) },
      }],
    }),
    [lines, place, title],
  );
  return (
    <>
      <p>{t("tier.flow_answer", { up: exact(up), down: exact(down) })}</p>
      <Chart label={t("tier.flow")} height={260} option={option} />
    </>
  );
}
