import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { exact, percent, short } from "../../shared/format/number";
import { Chart } from "../../shared/ui/Chart";
import { type ChartColours, tooltipHtml } from "../../shared/ui/chartTheme";
import { Sheet } from "../../shared/ui/Page";
import { HeatTable } from "./HeatTable";
import { bodyOf } from "./api";
import type { ViewProps } from "./ReportPage";

const stages = ["new", "active", "dormant", "lost"] as const;
const origins = ["entered", ...stages];

/** Where buyers stood at the beginning of the period and where they stand at its end. */
export function StageFlowView({ report }: ViewProps) {
  const { t } = useTranslation();
  const flows = bodyOf(report, "stage-flow").list((r) => stages.map((to) => ({ from: r.text("from"), to, persons: r.child("to").number(to) })), "rows").flat();
  const rules = bodyOf(report, "stage-flow").child("rules");
  const at = (from: string, to: string) => flows.find((f) => f.from === from && f.to === to)?.persons ?? 0;
  const opening = (from: string) => stages.reduce((sum, to) => sum + at(from, to), 0);
  const closing = (to: string) => origins.reduce((sum, from) => sum + at(from, to), 0);
  const all = stages.reduce((sum, to) => sum + closing(to), 0);

  const option = useCallback(
    (c: ChartColours) => {
      const colours: Record<string, string | undefined> = { entered: c.series[4], new: c.series[2], active: c.series[0], dormant: c.series[1], lost: c.series[3] };
      return {
        tooltip: { formatter: (p: { dataType: string; name: string; value: number; data: { from?: string; to?: string } }) => (p.dataType === "edge" ? tooltipHtml(`${t(`stage.${p.data.from ?? ""}`)} → ${t(`stage.${p.data.to ?? ""}`)}`, [{ name: t("stage.persons"), value: exact(p.value) }]) : tooltipHtml(t(`stage.${p.name.slice(2)}`), [{ name: t("stage.persons"), value: exact(p.value) }])) },
        series: [
          {
            type: "sankey",
            left: 8,
            right: 128,
            top: 16,
            bottom: 16,
            nodeGap: 16,
            nodeWidth: 12,
            draggable: false,
            layoutIterations: 0,
            emphasis: { focus: "adjacency" },
            label: { color: c.ink, fontSize: 13, formatter: (p: { name: string; value: number }) => `${t(`stage.${p.name.slice(2)}`)} ${short(p.value)}` },
            data: [...origins.filter((s) => opening(s) > 0).map((s) => ({ name: `a:${s}`, itemStyle: { color: colours[s] } })), ...stages.filter((s) => closing(s) > 0).map((s) => ({ name: `b:${s}`, itemStyle: { color: colours[s] } }))],
            links: flows.filter((f) => f.persons > 0).map((f) => ({ source: `a:${f.from}`, target: `b:${f.to}`, value: f.persons, from: f.from, to: f.to, lineStyle: { color: colours[f.to], opacity: 0.28 } })),
          },
        ],
      };
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [report, t],
  );
  return (
    <div className="columns">
      <Sheet title={t("stage.flow")} note={t("stage.flow_note")}><Chart label={t("stage.flow")} height={380} option={option} /></Sheet>
      <Sheet title={t("stage.matrix")} note={t("stage.matrix_note")}>
        <HeatTable
          corner={<>{t("stage.from")} ↓ · {t("stage.to")} →</>}
          columns={[...stages.map((s) => ({ key: s, title: t(`stage.${s}`) })), { key: "opening", title: t("stage.opening") }]}
          rows={[
            ...origins.map((from) => ({
              key: from,
              title: t(`stage.${from}`),
              cells: [...stages.map((to) => ({ share: opening(from) > 0 ? at(from, to) / opening(from) : 0, text: short(at(from, to)), hint: opening(from) > 0 ? percent(at(from, to) / opening(from)) : undefined })), { share: 0, text: <b>{short(opening(from))}</b> }],
            })),
            { key: "closing", title: <b>{t("stage.closing")}</b>, cells: [...stages.map((to) => ({ share: 0, text: <b>{short(closing(to))}</b>, hint: all > 0 ? percent(closing(to) / all) : undefined })), { share: 0, text: <b>{short(all)}</b> }] },
          ]}
        />
        <dl className="facts" style={{ marginTop: 20, fontSize: 13 }}>
          {stages.map((s) => [<dt key={s}>{t(`stage.${s}`)}</dt>, <dd key={`${s}-means`} className="quiet">{t(`stage.${s}_means`, { fresh: rules.number("new_days"), active: rules.number("active_days"), dormant: rules.number("dormant_days") })}</dd>])}
        </dl>
      </Sheet>
    </div>
  );
}
