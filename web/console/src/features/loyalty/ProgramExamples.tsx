import { useQuery } from "@tanstack/react-query";
import { Input, Select, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { exactMoney } from "../../shared/format/money";
import { exact, signed } from "../../shared/format/number";
import { reading } from "../../shared/api/read";
import { Loaded } from "../../shared/ui/Loaded";
import { quote } from "./quotes";

/** What a program would give for some baskets while it is being written. */
export function ProgramExamples({ definition }: { definition: unknown }) {
  const { t } = useTranslation();
  const program = reading(definition);
  const tiers = program.list((tier) => ({ value: tier.text("name"), label: tier.text("title") || tier.text("name") }), "tiers");
  const currency = program.text("currency") || "CNY";
  const [day, setDay] = useState(() => new Date().toISOString().slice(0, 10));
  const [tier, setTier] = useState("");
  const [category, setCategory] = useState("");
  const month = Number(day.slice(5, 7));
  const baskets = [
    { key: "plain", amountMinor: 9_900, nthOrder: 2, birthMonth: 0 },
    { key: "first", amountMinor: 29_900, nthOrder: 1, birthMonth: 0 },
    { key: "birthday", amountMinor: 52_000, nthOrder: 2, birthMonth: month },
  ].map((b) => ({ ...b, category, tier, at: `${day}T04:00:00Z` }));
  const query = useQuery({
    queryKey: ["quotes", definition, day, tier, category],
    queryFn: () => Promise.all(baskets.map(async (b) => ({ ...b, ...(await quote(definition, b)) }))),
    placeholderData: (before) => before,
    retry: false,
  });
  return (
    <div className="stack" style={{ gap: 12 }}>
      <p className="quiet" style={{ margin: 0 }}>{t("quote.note")}</p>
      <div className="row" style={{ flexWrap: "wrap" }}>
        <Input type="date" value={day} onChange={(e) => { if (e.target.value !== "") setDay(e.target.value); }} aria-label={t("quote.day")} style={{ width: 160 }} />
        <Select value={tier === "" ? tiers[0]?.value : tier} onChange={setTier} options={tiers} aria-label={t("quote.tier")} style={{ width: 120 }} />
        <Input value={category} onChange={(e) => setCategory(e.target.value)} placeholder={t("quote.category")} aria-label={t("quote.category")} maxLength={100} style={{ width: 140 }} />
      </div>
      <Loaded query={query} rows={4}>
        {(rows) => (
          <Table
            size="small"
            rowKey="key"
            dataSource={rows}
            pagination={false}
            columns={[
              { title: t("quote.basket"), render: (_, b) => <>{exactMoney(b.amountMinor, currency)} <span className="faint">{t(`quote.${b.key}`)}</span></> },
              { title: t("quote.points"), align: "right", render: (_, b) => <strong>{exact(b.points)}</strong> },
              {
                title: t("quote.rules"),
                render: (_, b) => b.rules.map((r) => (
                  <div key={r.rule} className="quiet">{r.rule === "base" ? t("points.base") : r.title} {signed(r.points)}{r.capped > 0 ? <span className="faint"> {t("quote.capped", { points: exact(r.capped) })}</span> : null}</div>
                )),
              },
            ]}
          />
        )}
      </Loaded>
    </div>
  );
}
