import type { TFunction } from "i18next";
import { ChannelMarks } from "../../shared/ui/ChannelTag";
import type { ListColumn } from "../../shared/ui/ListPage";
import { Count, Money } from "../../shared/ui/Numbers";
import { PersonLink } from "../person/PersonLink";
import { When } from "../../shared/ui/When";
import type { PersonLine } from "./api";

/** The columns of every list of persons. */
export function personColumns(t: TFunction): ListColumn<PersonLine>[] {
  return [
    { key: "name", title: t("members.name"), width: 180, render: (_, p) => <PersonLink id={p.id} name={p.name} /> },
    { key: "card", title: t("members.card"), render: (_, p) => (p.card ? <span className="mono">{p.card}</span> : <span className="faint">{t("members.no_card")}</span>) },
    { key: "tier", title: t("members.tier"), render: (_, p) => (p.tierTitle || <span className="faint">—</span>) },
    { key: "channels", title: t("members.channels"), render: (_, p) => <ChannelMarks channels={p.channels} /> },
    { key: "points", title: t("members.points"), align: "right", render: (_, p) => <Count value={p.points} /> },
    { key: "orders", title: t("members.orders"), align: "right", render: (_, p) => <Count value={p.orders} /> },
    { key: "spent", title: t("members.spent"), align: "right", render: (_, p) => (p.orders === 0 && p.spentMinor === 0 ? <span className="faint">—</span> : <Money minor={p.spentMinor} currency={p.currency} />) },
    { key: "city", title: t("members.city"), render: (_, p) => p.city || <span className="faint">—</span>, extra: true },
    { key: "seen", title: t("members.last_seen"), render: (_, p) => <When at={p.lastSeen} /> },
    { key: "joined", title: t("members.joined"), render: (_, p) => <When at={p.joinedAt} />, extra: true },
    { key: "id", title: t("members.person_id"), align: "right", render: (_, p) => <span className="mono faint">{p.id}</span>, extra: true },
  ];
}
