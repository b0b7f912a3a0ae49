import { Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { signed } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import { When } from "../../shared/ui/When";
import { signedOf } from "../loyalty/pointTypes";
import { useLedgers } from "../loyalty/useLedgers";
import type { Entry, TypedEntry } from "./api";
import { GaveWords, RuleWords } from "./RuleWords";

/** Ledger lines, each with the rule that made it; of several types where each says its own. */
export function EntriesTable({ entries, scale = 0 }: { entries: (Entry | TypedEntry)[]; scale?: number }) {
  const { t } = useTranslation();
  const code = useCode();
  const ledgers = useLedgers();
  const amount = (e: Entry | TypedEntry, value: number) => (value === 0 ? <span className="faint">·</span> : <span className={value > 0 ? "good" : "bad"}>{"type" in e ? ledgers.signed(e.program, e.type, value) : signedOf(value, scale)}</span>);
  const isTyped = entries.some((e) => "type" in e && ledgers.hasTypes(e.program));
  return (
    <Table
      size="small"
      rowKey={(e) => e.id}
      dataSource={entries}
      pagination={false}
      locale={{ emptyText: <p className="quiet" style={{ padding: 24 }}>{t("points.no_entries")}</p> }}
      columns={[
        { title: t("points.at"), render: (_, e) => <When at={e.at} /> },
        { title: t("points.kind"), render: (_, e) => code("entry_kind", e.kind) },
        ...(isTyped ? [{ title: t("points.type"), render: (_: unknown, e: Entry | TypedEntry) => ("type" in e ? ledgers.typeTitle(e.program, e.type) : null) }] : []),
        { title: t("points.spendable"), align: "right", render: (_, e) => amount(e, e.spendable) },
        { title: t("points.pending"), align: "right", render: (_, e) => amount(e, e.pending) },
        { title: t("points.growth"), align: "right", render: (_, e) => (e.growth === 0 ? <span className="faint">·</span> : <span className={e.growth > 0 ? "good" : "bad"}>{signed(e.growth)}</span>) },
        { title: t("points.why"), render: (_, e) => <>{e.gave.length > 0 ? <GaveWords gave={e.gave} rule={e.rule} /> : <RuleWords rule={e.rule} />} {e.orderId ? <Link className="link" to={`/orders/${e.orderId}`}>{t("points.order", { number: e.orderNumber || e.orderId })}</Link> : null}</> },
      ]}
    />
  );
}
