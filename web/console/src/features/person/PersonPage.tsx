import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Segmented, Table, Tabs, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { exact } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import { useQueryState } from "../../shared/state/useQueryState";
import { ChannelMarks } from "../../shared/ui/ChannelTag";
import { Facts } from "../../shared/ui/Facts";
import { ListPage } from "../../shared/ui/ListPage";
import { Loaded } from "../../shared/ui/Loaded";
import { MetricCard } from "../../shared/ui/MetricCard";
import { Count, Money } from "../../shared/ui/Numbers";
import { Page, Sheet } from "../../shared/ui/Page";
import { When } from "../../shared/ui/When";
import { ShowCode } from "../memberCodes/ShowCode";
import { fetchOrdersOf } from "../orders/api";
import { orderColumns } from "../orders/columns";
import { useSession } from "../session/useSession";
import { fetchPerson, type Person } from "./api";
import { Attributes } from "./Attributes";
import { channelsOf, languageWords, place } from "./describe";
import { Identities } from "./Identities";
import { Messages } from "./Messages";
import { Points } from "./Points";
import { Household } from "./Household";
import { Reachability } from "./Reachability";
import { Benefits } from "./Benefits";
import { Coupons } from "./Coupons";
import { Pools } from "./Pools";
import { TierCard } from "./TierCard";
import { Timeline } from "./Timeline";

const kinds = ["", "order", "points", "tier", "member", "coupon", "interaction", "message", "journey", "consent", "identity"];

export function PersonPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const { can } = useSession();
  const query = useQuery({ queryKey: ["person", id], queryFn: ({ signal }) => fetchPerson(id, signal) });
  const person = query.data;
  const name = person ? person.name || t("person.nameless", { id: person.id }) : t("person.title");
  return (
    <Page
      title={name}
      crumbs={[{ to: "/members", title: t("members.title") }]}
      heading={person ? <span className="row" style={{ gap: 12 }}>{name} <ChannelMarks channels={channelsOf(person)} /> {person.membership ? <Tag>{person.membership.tierTitle}</Tag> : null}</span> : undefined}
      answer={person ? <Answer person={person} /> : undefined}
      tools={person && can("privacy:write") ? <Link to={`/privacy?person=${person.id}&new=1`}><Button>{t("person.privacy")}</Button></Link> : undefined}
    >
      <Loaded query={query} rows={12}>{(p) => <Body person={p} askedFor={id} />}</Loaded>
    </Page>
  );
}

/** Who this is to the brand, in one sentence. */
function Answer({ person }: { person: Person }) {
  const { t } = useTranslation();
  const { worth, membership } = person;
  if (worth.orders === 0) return <>{t(membership ? "person.answer_no_orders" : "person.answer_stranger")}</>;
  return (
    <>
      {t("person.answer_orders", { count: worth.orders, orders: exact(worth.orders) })} <b><Money minor={worth.netMinor} currency={worth.currency} /></b>
      {worth.recencyDays === null ? "" : t("person.answer_recency", { count: worth.recencyDays, days: exact(worth.recencyDays) })}
    </>
  );
}

function Body({ person, askedFor }: { person: Person; askedFor: string }) {
  const { t } = useTranslation();
  const [state, set] = useQueryState({ tab: "timeline", kinds: "" });
  const merged = person.id !== askedFor && person.id !== "";
  return (
    <div className="stack">
      {merged ? <Alert type="info" showIcon title={t("person.merged", { from: askedFor, to: person.id })} /> : null}
      <Worth person={person} />
      <div className="columns wide-right">
        <Aside person={person} />
        <section className="sheet" style={{ paddingTop: 8 }}>
          <Tabs
            activeKey={state.tab}
            onChange={(tab) => set({ tab })}
            destroyOnHidden
            items={[
              {
                key: "timeline",
                label: t("person.tab.timeline"),
                children: (
                  <>
                    <div className="scroll-x" style={{ marginBottom: 8 }}>
                      <Segmented value={state.kinds} onChange={(kind) => set({ kinds: kind })} options={kinds.map((kind) => ({ value: kind, label: t(`timeline.kind.${kind || "all"}`) }))} />
                    </div>
                    <Timeline personId={person.id} kinds={state.kinds} />
                  </>
                ),
              },
              { key: "orders", label: t("person.tab.orders"), children: <Orders person={person} /> },
              { key: "points", label: t("person.tab.points"), children: <Points personId={person.id} isMember={person.membership !== null} /> },
              { key: "identity", label: t("person.tab.identity"), children: <Identities person={person} /> },
              { key: "attributes", label: t("person.tab.attributes"), children: <Attributes personId={person.id} /> },
              { key: "messages", label: t("person.tab.messages"), children: <Messages personId={person.id} /> },
            ]}
          />
        </section>
      </div>
    </div>
  );
}

function Worth({ person }: { person: Person }) {
  const { t } = useTranslation();
  const { worth, membership } = person;
  const source = t("metric.from_orders");
  return (
    <div className="cards">
      <MetricCard label={t("person.net")} value={<Money minor={worth.netMinor} currency={worth.currency} />} note={worth.refundedMinor > 0 ? <>{t("person.of_which_refunded")} <Money minor={worth.refundedMinor} currency={worth.currency} /></> : t("person.nothing_refunded")} explanation={{ definition: t("person.net_means"), source }} />
      <MetricCard label={t("person.orders")} value={<Count value={worth.orders} />} note={worth.firstOrder ? <>{t("person.since")} <When at={worth.firstOrder} /></> : null} explanation={{ definition: t("person.orders_means"), source }} />
      <MetricCard label={t("person.order_value")} value={<Money minor={worth.orderValueMinor} currency={worth.currency} />} explanation={{ definition: t("person.order_value_means"), source }} />
      <MetricCard label={t("person.recency")} value={worth.recencyDays === null ? "—" : t("person.days", { count: worth.recencyDays, days: exact(worth.recencyDays) })} note={worth.lastOrder ? <When at={worth.lastOrder} /> : t("person.never_bought")} explanation={{ definition: t("person.recency_means"), source }} />
      <MetricCard label={t("person.points")} value={<Count value={membership?.spendable ?? null} />} note={membership && membership.pending > 0 ? <>{t("person.pending")} <Count value={membership.pending} /></> : membership?.nextExpiryAt ? <>{t("person.next_expiry")} <When at={membership.nextExpiryAt} /></> : null} explanation={{ definition: t("person.points_means"), source: t("metric.from_ledger") }} />
    </div>
  );
}

function Aside({ person }: { person: Person }) {
  const { t } = useTranslation();
  const code = useCode();
  const { can } = useSession();
  const { membership } = person;
  return (
    <div className="stack">
      <Sheet title={t("person.who")}>
        <Facts
          of={[
            [t("person.gender"), person.gender ? code("gender", person.gender) : null],
            [t("person.birthday"), person.birthday],
            [t("person.place"), place(person)],
            [t("person.language"), languageWords(person.language)],
            ...person.attributes.map(([k, v]): [string, string] => [k, v]),
            [t("person.first_seen"), person.firstSeen ? <When at={person.firstSeen} /> : null],
            [t("person.last_seen"), person.lastSeen ? <When at={person.lastSeen} /> : null],
            [t("members.person_id"), <span className="mono">{person.id}</span>],
            [t("person.aliases"), person.aliases.length > 0 ? <span className="mono">{person.aliases.join(", ")}</span> : null],
          ]}
        />
      </Sheet>
      <Sheet title={t("person.membership")}>
        {membership ? (
          <div className="stack" style={{ gap: 16 }}>
            <TierCard personId={person.id} membership={membership} />
            {can("loyalty:write") && membership.state !== "left" ? <ShowCode personId={person.id} name={person.name} /> : null}
            <Facts
              of={[
                [t("members.card"), <span className="mono">{membership.card}</span>],
                [t("person.joined"), <span className="row"><When at={membership.joinedAt} />{membership.joinedChannel ? <ChannelMarks channels={[membership.joinedChannel]} /> : null}</span>],
                [t("person.tier_since"), membership.tierSince ? <When at={membership.tierSince} /> : null],
                [t("person.state"), membership.state && membership.state !== "active" ? code("membership_state", membership.state) : null],
              ]}
            />
          </div>
        ) : <p className="quiet">{t("person.no_membership_text")}</p>}
      </Sheet>
      {membership ? <Benefits personId={person.id} /> : null}
      {membership ? <Pools personId={person.id} /> : null}
      <Coupons personId={person.id} />
      <Sheet title={t("person.reach")}><Reachability consents={person.consents} /></Sheet>
      <Household person={person.id} />
      <Sheet title={t("person.audiences")}>
        {person.audiences.length === 0 ? <p className="quiet">{t("person.no_audiences")}</p> : (
          <div className="row">{person.audiences.map((a) => <Link key={a.name} to={`/audiences/${encodeURIComponent(a.name)}`}><Tag>{a.title}</Tag></Link>)}</div>
        )}
      </Sheet>
      <Sheet title={t("person.identifiers")} note={t("person.identifier_count", { count: person.identifiers.length })}>
        <Table
          size="small"
          showHeader={false}
          pagination={false}
          rowKey={(i) => `${i.namespace}/${i.scope}/${i.value}`}
          dataSource={person.identifiers}
          columns={[
            { render: (_, i) => <><span className="quiet">{code("namespace", i.namespace)}</span>{i.scope ? <span className="faint"> · {i.scope}</span> : null}</> },
            { align: "right", render: (_, i) => <span className="mono" style={{ overflowWrap: "anywhere" }}>{i.value}</span> },
          ]}
        />
      </Sheet>
    </div>
  );
}

function Orders({ person }: { person: Person }) {
  const { t } = useTranslation();
  return (
    <ListPage
      name="person-orders"
      filters={{ person: person.id }}
      fetch={(_, cursor, signal) => fetchOrdersOf(person.id, cursor, signal)}
      columns={orderColumns(t).filter((c) => c.key !== "person")}
      exported={{ path: `/v1/persons/${person.id}/orders/export.csv`, query: {}, title: t("person.file_of", { what: t("orders.title"), id: person.id }) }}
      rowKey={(o) => o.id}
      empty={<p className="quiet" style={{ padding: 32 }}>{t("person.never_bought")}</p>}
    />
  );
}
