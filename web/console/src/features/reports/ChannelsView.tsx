import { Table } from "antd";
import { useTranslation } from "react-i18next";
import { useIsDark } from "../../app/preferences";
import { exact, percent } from "../../shared/format/number";
import { ChannelTag } from "../../shared/ui/ChannelTag";
import { channelColour } from "../../shared/ui/channels";
import { Explained } from "../../shared/ui/MetricCard";
import { Count, Money, Percent } from "../../shared/ui/Numbers";
import { Sheet } from "../../shared/ui/Page";
import { HeatTable } from "./HeatTable";
import { bodyOf } from "./api";
import type { ViewProps } from "./ReportPage";

/** What each channel sold, to whom, and how far its buyers buy elsewhere too. */
export function ChannelsView({ report, currency }: ViewProps) {
  const { t } = useTranslation();
  const dark = useIsDark();
  const channels = bodyOf(report, "channels").list((r) => ({ channel: r.text("channel"), salesMinor: r.number("sales_minor"), orders: r.number("orders"), buyers: r.number("buyers"), newBuyers: r.number("new_buyers"), orderValue: r.numberOrNull("order_value_minor"), netMinor: r.number("net_minor"), personShare: r.numberOrNull("person_share_of_sales") }), "rows");
  const total = channels.reduce((sum, c) => sum + c.salesMinor, 0);
  const overlap = bodyOf(report, "channels").list((r) => ({ a: r.text("channel"), b: r.text("other"), persons: r.number("buyers") }), "overlap");
  const breadth = bodyOf(report, "channels").list((r) => ({ channels: r.number("channels"), persons: r.number("buyers"), orders: r.number("orders"), salesMinor: r.number("sales_minor"), perBuyer: r.numberOrNull("sales_per_buyer_minor") }), "breadth");
  const names = channels.map((c) => c.channel);
  return (
    <>
      <Sheet title={t("overview.by_channel")} flush>
        <Table
          size="middle"
          rowKey={(c) => c.channel}
          dataSource={[...channels].sort((a, b) => b.salesMinor - a.salesMinor)}
          pagination={false}
          columns={[
            { title: t("orders.channel"), render: (_, c) => <ChannelTag channel={c.channel} /> },
            { title: t("overview.share"), width: 220, render: (_, c) => <span className="row" style={{ flexWrap: "nowrap" }}><span className="meter grow" style={{ height: 10 }}><i style={{ width: `${total > 0 ? (c.salesMinor / total) * 100 : 0}%`, background: channelColour(c.channel, dark) }} /></span>{total > 0 ? percent(c.salesMinor / total) : ""}</span> },
            { title: t("overview.sales"), align: "right", render: (_, c) => <Money minor={c.salesMinor} currency={currency} /> },
            { title: t("overview.orders"), align: "right", render: (_, c) => <Count value={c.orders} /> },
            { title: t("overview.buyers"), align: "right", render: (_, c) => <Count value={c.buyers} /> },
            { title: t("overview.new_buyers"), align: "right", render: (_, c) => <Count value={c.newBuyers} /> },
            { title: <Explained label={t("gmv.order_value")} explanation={{ definition: t("channels.order_value_means") }} />, align: "right", render: (_, c) => <Money minor={rounded(c.orderValue)} currency={currency} /> },
            { title: <Explained label={t("channels.known")} explanation={{ definition: t("channels.known_means") }} />, align: "right", render: (_, c) => <Percent share={c.personShare} digits={0} /> },
            { title: <Explained label={t("channels.net")} explanation={{ definition: t("channels.net_means") }} />, align: "right", render: (_, c) => <Money minor={c.netMinor} currency={currency} /> },
          ]}
        />
      </Sheet>
      <div className="columns">
        {overlap.length > 0 ? (
          <Sheet title={t("channels.overlap")} note={t("channels.overlap_note")}>
            <HeatTable
              corner={t("orders.channel")}
              columns={names.map((c) => ({ key: c, title: <ChannelTag channel={c} /> }))}
              rows={names.map((row) => ({
                key: row,
                title: <ChannelTag channel={row} />,
                cells: names.map((column) => {
                  const found = overlap.find((o) => (o.a === row && o.b === column) || (o.a === column && o.b === row));
                  const of = channels.find((c) => c.channel === row)?.buyers ?? 0;
                  return row === column || !found ? null : { share: of > 0 ? found.persons / of : 0, text: of > 0 ? percent(found.persons / of, 0) : "—", hint: t("channels.persons", { count: found.persons, persons: exact(found.persons) }) };
                }),
              }))}
            />
          </Sheet>
        ) : null}
        {breadth.length > 0 ? (
          <Sheet title={t("channels.breadth")} note={t("channels.breadth_note")} flush>
            <Table size="middle" rowKey={(b) => String(b.channels)} dataSource={breadth} pagination={false} columns={[
              { title: t("channels.number"), render: (_, b) => t("channels.in", { count: b.channels }) },
              { title: t("overview.buyers"), align: "right", render: (_, b) => <Count value={b.persons} /> },
              { title: t("overview.sales"), align: "right", render: (_, b) => <Money minor={b.salesMinor} currency={currency} /> },
              { title: t("channels.per_person"), align: "right", render: (_, b) => <Money minor={rounded(b.perBuyer)} currency={currency} /> },
            ]} />
          </Sheet>
        ) : null}
      </div>
    </>
  );
}

const rounded = (minor: number | null) => (minor === null ? null : Math.round(minor));
