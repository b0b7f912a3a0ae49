import { useQuery } from "@tanstack/react-query";
import { Alert, Input, Select, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { exactMoney } from "../../shared/format/money";
import { reading } from "../../shared/api/read";
import { useSettled } from "../../shared/state/useSettled";
import { Loaded } from "../../shared/ui/Loaded";
import { firstType, scaled, signedOf, typeName } from "./pointTypes";
import { quote, type QuotedRule, type QuotedType } from "./quotes";

/** What somebody finds wrong with a draft. */
interface Objection {
  path: string;
  message: string;
}

interface Row {
  key: string;
  amountMinor: number;
  draft: QuotedType[];
  /** Null where there is no version in force, or it has not the tier. */
  live: QuotedType[] | null;
}

const tiersOf = (definition: unknown) => reading(definition).list((tier) => ({ value: tier.text("name"), label: tier.text("title") || tier.text("name") }), "tiers");

/** What a program would give for some baskets while it is being written, beside what the version in force gives. */
export function ProgramExamples({ definition, live, objections, isChecked }: { definition: unknown; live: unknown; objections: Objection[]; isChecked: boolean }) {
  const { t } = useTranslation();
  const currency = reading(definition).text("currency") || "CNY";
  const [day, setDay] = useState(() => new Date().toISOString().slice(0, 10));
  const [tier, setTier] = useState("");
  const [category, setCategory] = useState("");
  const asked = useSettled(category);
  const tiers = tiersOf(definition);
  const chosen = tiers.some((x) => x.value === tier) ? tier : (tiers[0]?.value ?? "");
  const liveHasTier = live !== null && tiersOf(live).some((x) => x.value === chosen);
  const month = Number(day.slice(5, 7));
  const baskets = [
    { key: "plain", amountMinor: 9_900, nthOrder: 2, birthMonth: 0 },
    { key: "first", amountMinor: 29_900, nthOrder: 1, birthMonth: 0 },
    { key: "birthday", amountMinor: 52_000, nthOrder: 2, birthMonth: month },
  ].map((b) => ({ ...b, category: asked, tier: chosen, at: `${day}T04:00:00Z` }));
  const query = useQuery({
    queryKey: ["quotes", definition, live, day, chosen, asked],
    queryFn: () => Promise.all(baskets.map(async (b): Promise<Row> => {
      const [draft, now] = await Promise.all([quote(definition, b), liveHasTier ? quote(live, b) : null]);
      return { key: b.key, amountMinor: b.amountMinor, draft, live: now };
    })),
    placeholderData: (before) => before,
    retry: false,
    // Not before it is known whether anything is wrong with this very text.
    enabled: isChecked && objections.length === 0,
  });
  if (objections.length > 0)
    return (
      <Alert
        type="warning"
        showIcon
        title={t("quote.not_yet")}
        description={objections.map((o, i) => <div key={i}><span className="mono">{o.path}</span> {o.message}</div>)}
      />
    );
  return (
    <div className="stack" style={{ gap: 12 }}>
      <p className="quiet" style={{ margin: 0 }}>{t("quote.note")}</p>
      <div className="row" style={{ flexWrap: "wrap" }}>
        <Input type="date" value={day} onChange={(e) => { if (e.target.value !== "") setDay(e.target.value); }} aria-label={t("quote.day")} style={{ width: 160 }} />
        <Select value={chosen === "" ? undefined : chosen} onChange={setTier} options={tiers} aria-label={t("quote.tier")} style={{ width: 120 }} />
        <Input value={category} onChange={(e) => setCategory(e.target.value)} placeholder={t("quote.category")} aria-label={t("quote.category")} maxLength={100} style={{ width: 140 }} />
      </div>
      {live !== null && !liveHasTier ? <p className="faint" style={{ margin: 0 }}>{t("quote.tier_is_new")}</p> : null}
      <Loaded query={query} rows={4}>
        {(rows) => (
          <Table
            size="small"
            rowKey="key"
            dataSource={rows}
            pagination={false}
            columns={[
              { title: t("quote.basket"), render: (_, b) => <>{exactMoney(b.amountMinor, currency)} <div className="faint">{t(`quote.${b.key}`)}</div></> },
              ...(live !== null ? [{ title: t("quote.live"), render: (_: unknown, b: Row) => (b.live === null ? <span className="faint">—</span> : <Given types={b.live} />) }] : []),
              { title: t("quote.draft"), render: (_, b) => <Given types={b.draft} against={b.live} /> },
              ...(live !== null ? [{ title: t("quote.difference"), align: "right" as const, render: (_: unknown, b: Row) => (b.live === null ? <span className="faint">—</span> : <Difference draft={b.draft} live={b.live} />) }] : []),
            ]}
          />
        )}
      </Loaded>
    </div>
  );
}

/** What each type gives by its rules; beside another version, what that one has not or gives otherwise is marked. */
function Given({ types, against = null }: { types: QuotedType[]; against?: QuotedType[] | null }) {
  const { t } = useTranslation();
  const worth = types.filter((x) => x.type === firstType || x.points !== 0 || x.rules.length > 0);
  const isOther = (type: QuotedType, r: QuotedRule) => against !== null && against.find((x) => x.type === type.type)?.rules.find((o) => o.rule === r.rule)?.points !== r.points;
  return worth.map((type) => (
    <div key={type.type}>
      <strong>{scaled(type.points, type.scale)}</strong> {types.length > 1 ? <span className="faint">{typeName({ name: type.type, title: type.title }, t)}</span> : null}
      {type.rules.map((r) => (
        <div key={r.rule} className={isOther(type, r) ? undefined : "quiet"} style={{ fontSize: 13, fontWeight: isOther(type, r) ? 600 : undefined }}>
          {r.rule === "base" ? t("points.base") : r.title} {signedOf(r.points, type.scale)}{r.capped > 0 ? <span className="faint"> {t("quote.capped", { points: scaled(r.capped, type.scale) })}</span> : null}
          {isOther(type, r) ? <span className="faint"> · {t("quote.changed")}</span> : null}
        </div>
      ))}
    </div>
  ));
}

/** More, less or the same of each type, in a sign and not by colour alone. */
function Difference({ draft, live }: { draft: QuotedType[]; live: QuotedType[] }) {
  const { t } = useTranslation();
  const types = [...new Map([...live, ...draft].map((x) => [x.type, x])).values()];
  const points = (of: QuotedType[], type: string) => of.find((x) => x.type === type)?.points ?? 0;
  const changed = types.map((x) => ({ of: x, by: points(draft, x.type) - points(live, x.type) })).filter((x) => x.by !== 0);
  if (changed.length === 0) return <span className="faint">{t("quote.same")}</span>;
  return changed.map(({ of, by }) => (
    <div key={of.type}><b className={by > 0 ? "good" : "bad"}>{signedOf(by, of.scale)}</b> {types.length > 1 ? <span className="faint">{typeName({ name: of.type, title: of.title }, t)}</span> : null}</div>
  ));
}
