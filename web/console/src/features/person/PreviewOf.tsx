import { Alert, Table } from "antd";
import { useTranslation } from "react-i18next";
import { exact } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import { Money } from "../../shared/ui/Numbers";
import { useLedgers } from "../loyalty/useLedgers";
import { End, useRuleWords, useWho } from "./Ends";
import type { Preview } from "./identity";

/** What a decision will change: where persons end, which identifiers move, and what goes with them. */
export function PreviewOf({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const code = useCode();
  const who = useWho();
  const words = useRuleWords();
  const ledgers = useLedgers();
  const ofWhat = (h: Holding) => (h.measure === "orders_minor" || h.of === "" ? "" : h.type === "" ? ledgers.programTitle(h.of) : t("identity.points_of", { program: ledgers.programTitle(h.of), type: ledgers.typeTitle(h.of, h.type) }));
  const owing = preview.holdings.filter((h) => h.measure === "points_spendable" && h.after < 0);
  return (
    <div className="stack" style={{ gap: 12 }}>
      <ul style={{ margin: 0, paddingInlineStart: 20 }}>
        {preview.persons.map((p) => <li key={p.id}>{p.endsIn === p.id ? t("identity.goes_on", { who: who(p.id), before: p.before, after: p.after }) : t("identity.ends_in", { who: who(p.id), to: who(p.endsIn) })}</li>)}
        {preview.revived.map((id) => <li key={`r${id}`}>{t("identity.revived", { who: who(id) })}</li>)}
        {preview.revoked.map((id) => <li key={`d${id}`}>{t("identity.revokes", { decision: id })}</li>)}
      </ul>
      <Table
        size="small"
        pagination={{ pageSize: 8, hideOnSinglePage: true }}
        rowKey="id"
        dataSource={preview.identifiers}
        columns={[
          { title: t("identity.moving"), render: (_, i) => <End end={i} /> },
          { title: t("identity.from"), render: (_, i) => who(i.from) },
          { title: t("identity.to"), render: (_, i) => who(i.to) },
        ]}
      />
      {preview.overrides.map((o) => <Alert key={o.rule} type="warning" showIcon title={t("identity.overrides", { rule: words(o.rule) })} description={o.identifiers.map((i) => <span key={i.id}><End end={i} /> </span>)} />)}
      {owing.map((h) => <Alert key={h.person + h.of + h.type} type="warning" showIcon title={t("identity.owes", { who: who(h.person), points: ledgers.count(h.of, h.type, -h.after), type: ledgers.typeTitle(h.of, h.type) })} />)}
      <Table
        size="small"
        pagination={false}
        rowKey={(h) => `${h.person}/${h.measure}/${h.of}`}
        dataSource={preview.holdings}
        locale={{ emptyText: <span className="quiet">{t("identity.nothing_moves")}</span> }}
        columns={[
          { title: t("identity.person"), render: (_, h) => who(h.person) },
          { title: t("identity.holding"), render: (_, h) => <>{code("measure", h.measure)}{ofWhat(h) === "" ? null : <span className="faint"> · {ofWhat(h)}</span>}</> },
          { title: t("identity.before"), align: "right", render: (_, h) => <Value of={h} value={h.before} tier={h.tierBefore} /> },
          { title: t("identity.after"), align: "right", render: (_, h) => <b><Value of={h} value={h.after} tier={h.tierAfter} /></b> },
        ]}
      />
    </div>
  );
}

type Holding = Preview["holdings"][number];

function Value({ of, value, tier }: { of: Holding; value: number; tier: string }) {
  const ledgers = useLedgers();
  if (of.measure === "orders_minor") return <Money minor={value} currency={of.of} exactly />;
  const isPoints = of.measure === "points_spendable" || of.measure === "points_pending";
  return <>{isPoints ? ledgers.count(of.of, of.type, value) : exact(value)}{tier ? <span className="faint"> · {tier}</span> : null}</>;
}
