import type { TFunction } from "i18next";
import { Link } from "react-router";
import { ChannelTag } from "../../shared/ui/ChannelTag";
import type { ListColumn } from "../../shared/ui/ListPage";
import { Count, Money } from "../../shared/ui/Numbers";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { PersonLink } from "../person/PersonLink";
import type { OrderLine } from "./api";

export function orderColumns(t: TFunction): ListColumn<OrderLine>[] {
  return [
    { key: "number", title: t("orders.number"), render: (_, o) => <Link className="link mono" to={`/orders/${o.id}`}>{o.number || o.id}</Link> },
    { key: "channel", title: t("orders.channel"), render: (_, o) => <ChannelTag channel={o.channel} shop={o.shop} /> },
    { key: "person", title: t("orders.person"), render: (_, o) => <PersonLink id={o.personId} name={o.personName} /> },
    { key: "status", title: t("orders.status"), render: (_, o) => <>{o.kind === "copy" ? <State family="order_kind" code="copy" /> : <State family="order_status" code={o.status} />}{o.isSuspected ? <> <span className="state warn">{t("duplicates.flag")}</span></> : null}</> },
    { key: "total", title: t("orders.total"), align: "right", render: (_, o) => <Money minor={o.totalMinor} currency={o.currency} exactly /> },
    { key: "refunded", title: t("orders.refunded"), align: "right", render: (_, o) => (o.refundedMinor === 0 ? <span className="faint">—</span> : <Money minor={-o.refundedMinor} currency={o.currency} exactly />) },
    { key: "ordered", title: t("orders.ordered_at"), render: (_, o) => <When at={o.orderedAt} /> },
    { key: "lines", title: t("orders.lines"), align: "right", render: (_, o) => <Count value={o.lines} />, extra: true },
    { key: "kind", title: t("orders.kind"), render: (_, o) => t(`order_kind.${o.kind}`, { defaultValue: o.kind }), extra: true },
    { key: "store", title: t("orders.store"), render: (_, o) => o.store || <span className="faint">—</span>, extra: true },
  ];
}
