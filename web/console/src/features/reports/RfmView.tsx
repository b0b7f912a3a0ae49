import { Segmented, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { exactMoney, shortMoney } from "../../shared/format/money";
import { exact, percent, short } from "../../shared/format/number";
import { Count, Money } from "../../shared/ui/Numbers";
import { Sheet } from "../../shared/ui/Page";
import { PersonLink } from "../person/PersonLink";
import { HeatTable } from "./HeatTable";
import { bodyOf } from "./api";
import type { ViewProps } from "./ReportPage";

type Measure = "persons" | "value";

/** Recency against frequency: how many persons stand where, and what they are worth. */
export function RfmView({ report, currency }: ViewProps) {
  const { t } = useTranslation();
  const [measure, setMeasure] = useState<Measure>("persons");
  const cells = bodyOf(report, "rfm").list((r) => ({ recency: r.number("r"), frequency: r.number("f"), persons: r.number("persons"), salesMinor: r.number("monetary_minor") }), "cells");
  const persons = bodyOf(report, "rfm").list((r) => ({ id: r.text("person_id"), name: r.text("name"), recency: r.number("recency_days"), frequency: r.number("frequency"), salesMinor: r.number("monetary_minor"), score: r.text("r") + r.text("f") + r.text("m") }), "items");
  const edges = bodyOf(report, "rfm").child("edges");
  const total = bodyOf(report, "rfm").number("persons");
  const totalValue = cells.reduce((sum, c) => sum + c.salesMinor, 0);
  const scores = [5, 4, 3, 2, 1];
  const at = (r: number, f: number) => cells.filter((c) => c.recency === r && c.frequency === f).reduce((sum, c) => ({ persons: sum.persons + c.persons, salesMinor: sum.salesMinor + c.salesMinor }), { persons: 0, salesMinor: 0 });
  const size = (c: { persons: number; salesMinor: number }) => (measure === "persons" ? c.persons : c.salesMinor);
  const most = Math.max(1, ...scores.flatMap((r) => scores.map((f) => size(at(r, f)))));

  return (
    <>
      <div className="columns wide-left">
        <Sheet title={t("rfm.grid")} note={t("rfm.persons_in_all", { count: total, persons: exact(total) })} tools={<Segmented<Measure> size="small" value={measure} onChange={setMeasure} options={[{ value: "persons", label: t("rfm.by_persons") }, { value: "value", label: t("rfm.by_value") }]} />}>
          <HeatTable
            fill
            corner={<>{t("rfm.recency")} ↓ · {t("rfm.frequency")} →</>}
            columns={[1, 2, 3, 4, 5].map((f) => ({ key: String(f), title: `F${f}` }))}
            rows={scores.map((r) => ({
              key: String(r),
              title: `R${r} ${r === 5 ? t("rfm.latest") : r === 1 ? t("rfm.longest_ago") : ""}`,
              cells: [1, 2, 3, 4, 5].map((f) => {
                const c = at(r, f);
                const shown = measure === "persons" ? short(c.persons) : shortMoney(c.salesMinor, currency, 0);
                const share = measure === "persons" ? c.persons / Math.max(1, total) : c.salesMinor / Math.max(1, totalValue);
                return { share: Math.sqrt(size(c) / most), text: <>{shown} <span style={{ opacity: 0.75, fontSize: 12 }}>{percent(share, 0)}</span></>, hint: t("rfm.cell", { persons: exact(c.persons), money: exactMoney(c.salesMinor, currency) }) };
              }),
            }))}
          />
          <p className="faint" style={{ marginTop: 12, fontSize: 13 }}>{t("rfm.scores_mean")}</p>
        </Sheet>
        <Sheet title={t("rfm.edges")} note={t("rfm.edges_note")}>
          <Table size="small" pagination={false} rowKey="name" dataSource={([["recency", "r"], ["frequency", "f"], ["monetary", "m"]] as const).map(([name, letter]) => ({ name, values: edgesOf(edges.any(letter)) })).filter((e) => e.values.length > 0)} columns={[
            { title: t("rfm.dimension"), render: (_, e) => t(`rfm.${e.name}`) },
            { title: t("rfm.cuts"), align: "right", render: (_, e) => e.values.map((v) => (e.name === "monetary" ? shortMoney(v, currency, 0) : e.name === "recency" ? t("person.days", { count: v, days: exact(v) }) : exact(v))).join(" / ") },
          ]} locale={{ emptyText: <span className="quiet">—</span> }} />
        </Sheet>
      </div>
      {persons.length > 0 ? (
        <Sheet title={t("rfm.top")} flush>
          <Table size="middle" rowKey={(p) => p.id} dataSource={persons} pagination={persons.length > 20 ? { pageSize: 20 } : false} columns={[
            { title: t("members.name"), render: (_, p) => <PersonLink id={p.id} name={p.name} /> },
            { title: "RFM", render: (_, p) => <span className="mono">{p.score}</span> },
            { title: t("rfm.recency"), align: "right", render: (_, p) => t("person.days", { count: p.recency, days: exact(p.recency) }) },
            { title: t("rfm.frequency"), align: "right", render: (_, p) => <Count value={p.frequency} /> },
            { title: t("rfm.monetary"), align: "right", render: (_, p) => <Money minor={p.salesMinor} currency={currency} /> },
          ]} />
        </Sheet>
      ) : null}
    </>
  );
}

function edgesOf(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number).filter(Number.isFinite) : [];
}
