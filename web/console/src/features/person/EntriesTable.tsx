import { Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useCode } from "../../shared/state/useCode";
import { When } from "../../shared/ui/When";
import { signedOf } from "../loyalty/pointTypes";
import type { Entry } from "./api";
import { GaveWords, RuleWords } from "./RuleWords";

/** Ledger lines, each with the rule that made it. */
export function EntriesTable({ entries, scale = 0 }: { entries: Entry[]; scale?: number }) {
  const { t } = useTranslation();
  const code = useCode();
  const amount = (value: number) => (value === 0 ? <span className="faint">·</span> : <span className={value > 0 ? "good" : "bad"}>{signedOf(value, scale)}</span>);
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
        { title: t("points.spendable"), align: "right", render: (_, e) => amount(e.spendable) },
        { title: t("points.pending"), align: "right", render: (_, e) => amount(e.pending) },
        { title: t("points.growth"), align: "right", render: (_, e) => amount(e.growth) },
        { title: t("points.why"), render: (_, e) => <>{e.gave.length > 0 ? <GaveWords gave={e.gave} rule={e.rule} /> : <RuleWords rule={e.rule} />} {e.orderId ? <Link className="link" to={`/orders/${e.orderId}`}>{t("points.order", { number: e.orderNumber || e.orderId })}</Link> : null}</> },
      ]}
    />
  );
}
