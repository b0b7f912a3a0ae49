import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { Steps, Table } from "antd";
import { Trans, useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { useCode } from "../../shared/state/useCode";
import { ChannelTag } from "../../shared/ui/ChannelTag";
import { Facts } from "../../shared/ui/Facts";
import { Loaded } from "../../shared/ui/Loaded";
import { Count, Money } from "../../shared/ui/Numbers";
import { Page, Sheet } from "../../shared/ui/Page";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { useLedgers } from "../loyalty/useLedgers";
import type { TypedEntry } from "../person/api";
import { EntriesTable } from "../person/EntriesTable";
import { PersonLink } from "../person/PersonLink";
import { fetchOrder, type Order } from "./api";
import { Related } from "./Related";

export function OrderPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const query = useQuery({ queryKey: ["order", id], queryFn: ({ signal }) => fetchOrder(id, signal) });
  const number = query.data?.number ?? id;
  return (
    <Page
      title={t("orders.one", { number })}
      crumbs={[{ to: "/orders", title: t("orders.title") }]}
      heading={<span className="row">{t("orders.one", { number })} {query.data ? <span style={{ fontSize: 14, fontWeight: 400 }}><State family="order_status" code={query.data.status} /></span> : null}</span>}
      answer={query.data ? <Trans i18nKey="orders.one_answer" components={{ person: <PersonLink id={query.data.personId} name={query.data.personName} />, channel: <ChannelTag channel={query.data.channel} shop={query.data.shop} />, total: <Money minor={query.data.totalMinor} currency={query.data.currency} exactly />, when: <When at={query.data.orderedAt} /> }} /> : undefined}
    >
      <Loaded query={query} rows={10}>{(order) => <Body order={order} />}</Loaded>
    </Page>
  );
}

function Body({ order }: { order: Order }) {
  const { t } = useTranslation();
  const code = useCode();
  const reached = order.steps.filter((s) => s.at !== null || s.step !== "closed");
  const last = reached.reduce((found, s, i) => (s.at !== null ? i : found), -1);
  return (
    <div className="stack">
      <Sheet>
        <Steps size="small" current={last} items={reached.map((s) => ({ title: t(`order_status.${s.step}`), content: s.at ? <When at={s.at} exactly /> : undefined }))} />
      </Sheet>
      <Related order={order.id} />
      <Sheet title={t("orders.lines")} note={t("orders.line_count", { count: order.items.length })} flush>
        <Table
          size="middle"
          rowKey={(l) => l.line}
          dataSource={order.items}
          pagination={order.items.length > 50 ? { pageSize: 50 } : false}
          columns={[
            { title: t("orders.item"), render: (_, l) => <>{l.name || l.sku}<div className="faint mono">{l.name ? l.sku : ""}</div></> },
            { title: t("orders.category"), dataIndex: "category", render: (v: string) => v || <span className="faint">—</span> },
            { title: t("orders.quantity"), align: "right", render: (_, l) => <Count value={l.quantity} /> },
            { title: t("orders.unit_price"), align: "right", render: (_, l) => <Money minor={l.unitPriceMinor} currency={order.currency} exactly /> },
            { title: t("orders.amount"), align: "right", render: (_, l) => <Money minor={l.amountMinor} currency={order.currency} exactly /> },
          ]}
        />
      </Sheet>
      <div className="columns">
        <Sheet title={t("orders.money")}>
          <Facts
            of={[
              [t("orders.lines_sum"), <Money minor={order.linesMinor} currency={order.currency} exactly />],
              [t("orders.shipping"), <Money minor={order.shippingMinor} currency={order.currency} exactly />],
              [t("orders.discount"), <Money minor={order.discountMinor === 0 ? 0 : -order.discountMinor} currency={order.currency} exactly />],
              [t("orders.total"), <b><Money minor={order.totalMinor} currency={order.currency} exactly /></b>],
              ...order.payments.map((p): [string, ReactNode] => [t("orders.paid_by", { method: code("payment", p.method) }), <Money minor={p.amountMinor} currency={order.currency} exactly />]),
            ]}
          />
        </Sheet>
        <Sheet title={t("orders.refunds")}>
          {order.refunds.length === 0 ? <p className="quiet">{t("orders.no_refunds")}</p> : (
            <Facts of={order.refunds.map((r) => [r.number, <span className="row"><Money minor={-r.amountMinor} currency={order.currency} exactly /><When at={r.at} /><span className="quiet">{r.reason}</span></span>])} />
          )}
        </Sheet>
      </div>
      <Sheet title={t("orders.points")} note={t("orders.points_note")} flush>
        <GivenByType entries={order.entries} />
        <EntriesTable entries={order.entries} />
      </Sheet>
      <Sheet title={t("orders.about")}>
        <Facts of={[[t("orders.kind"), t(`order_kind.${order.kind}`, { defaultValue: order.kind })], [t("orders.store"), order.store], [t("orders.origin"), order.origin], [t("orders.id"), <span className="mono">{order.id}</span>]]} />
      </Sheet>
    </div>
  );
}

/** What the order gives of each type of points, with what still waits; nothing where it gives none. */
function GivenByType({ entries }: { entries: TypedEntry[] }) {
  const { t } = useTranslation();
  const ledgers = useLedgers();
  const types = [...new Map(entries.map((e) => [`${e.program}:${e.type}`, e])).values()];
  const sum = (of: TypedEntry, what: "spendable" | "pending") => entries.filter((e) => e.program === of.program && e.type === of.type).reduce((s, e) => s + e[what], 0);
  const given = types.map((of) => ({ of, spendable: sum(of, "spendable"), pending: sum(of, "pending") }));
  if (given.length === 0) return null;
  return (
    <div className="row" style={{ padding: "0 24px 12px", gap: 24 }}>
      {given.map(({ of, spendable, pending }) => (
        <span key={`${of.program}:${of.type}`}>
          {ledgers.typeTitle(of.program, of.type)} <b className="number">{ledgers.signed(of.program, of.type, spendable)}</b>
          {pending !== 0 ? <span className="faint"> · {t("orders.points_pending", { points: ledgers.signed(of.program, of.type, pending) })}</span> : null}
        </span>
      ))}
    </div>
  );
}
