import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { exactMoney, shortMoney } from "../../shared/format/money";
import { exact, percent, short } from "../../shared/format/number";
import type { Schemas } from "../../shared/api/paths";
import type { Reading } from "../../shared/api/read";
import { useQueryState } from "../../shared/state/useQueryState";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Sheet } from "../../shared/ui/Page";
import { HeatTable } from "./HeatTable";
import { bodyOf } from "./api";
import type { ViewProps } from "./ReportPage";

interface CohortCell {
  period: number;
  persons: number;
  salesMinor: number;
  complete: boolean;
}

interface Cohort {
  month: string;
  size: number;
  leftCensored: boolean;
  cells: CohortCell[];
}

const measures = ["share", "persons", "sales"];

/** Who first bought in a month, and how many of them came back in each month after. */
export function CohortsView({ report, currency }: ViewProps) {
  const { t } = useTranslation();
  const [state, set] = useQueryState({ show: "share" });
  const cohorts = toCohorts(bodyOf(report, "cohorts"));
  const width = Math.max(0, ...cohorts.flatMap((c) => c.cells.map((cell) => cell.period + 1)));
  const mostSales = Math.max(1, ...cohorts.flatMap((c) => c.cells.filter((x) => x.period > 0).map((x) => x.salesMinor)));
  const mostShare = Math.max(0.01, ...cohorts.flatMap((c) => c.cells.filter((x) => x.period > 0).map((x) => x.persons / Math.max(1, c.size))));
  if (cohorts.length === 0) return <Sheet><EmptyState title={t("cohorts.none")}>{t("overview.empty_text")}</EmptyState></Sheet>;
  return (
    <Sheet
      title={t("cohorts.title")}
      note={<><span className="hatched swatch" /> {t("chart.incomplete")} · * {t("cohorts.left_censored")}</>}
      tools={<Segmented size="small" value={state.show} onChange={(show) => set({ show })} options={measures.map((m) => ({ value: m, label: t(`cohorts.show.${m}`) }))} />}
    >
      <HeatTable
        corner={t("cohorts.month")}
        columns={Array.from({ length: width }, (_, i) => ({ key: String(i), title: t("cohorts.after", { n: i }) }))}
        rows={cohorts.map((cohort) => ({
          key: cohort.month,
          title: <>{cohort.month}{cohort.leftCensored ? " *" : ""}</>,
          note: <b style={{ color: "var(--ink)" }}>{short(cohort.size)}</b>,
          cells: Array.from({ length: width }, (_, i) => {
            const cell = cohort.cells.find((c) => c.period === i);
            if (!cell) return null;
            const share = cell.persons / Math.max(1, cohort.size);
            const text = state.show === "share" ? percent(share, i === 0 ? 0 : 1) : state.show === "persons" ? short(cell.persons) : shortMoney(cell.salesMinor, currency, 0);
            const tint = i === 0 ? 0.08 : state.show === "sales" ? cell.salesMinor / mostSales : share / mostShare;
            return { share: tint, text, hatched: !cell.complete, hint: t("cohorts.cell", { persons: exact(cell.persons), size: exact(cohort.size), money: exactMoney(cell.salesMinor, currency) }) + (cell.complete ? "" : ` · ${t("chart.incomplete")}`) };
          }),
        }))}
      />
    </Sheet>
  );
}

function toCohorts(body: Reading<Schemas["CohortsAnswer"]>): Cohort[] {
  return body.list(
    (r) => ({
      month: r.text("month").slice(0, 7),
      size: r.number("size"),
      leftCensored: r.flag("left_censored"),
      cells: r.list((c) => ({ period: c.number("offset"), persons: c.number("buyers"), salesMinor: c.number("sales_minor"), complete: c.any("complete") !== false }), "cells"),
    }),
    "cohorts",
  );
}
