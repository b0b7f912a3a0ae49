import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { exact } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import { Facts } from "../../shared/ui/Facts";
import { Loaded } from "../../shared/ui/Loaded";
import { Page, Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { PersonLink } from "../person/PersonLink";
import { useSession } from "../session/useSession";
import { fetchPool, join, leave, type Place, type Pool } from "./api";
import { ChangeLimit } from "./ChangeLimit";
import { InviteMember } from "./InviteMember";
import { PoolSpending } from "./PoolSpending";

/** One pool: who spends together and how many of whose points, and what was spent. */
export function PoolPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const { can } = useSession();
  const queries = useQueryClient();
  const [inviting, setInviting] = useState(false);
  const query = useQuery({ queryKey: ["pool", id], queryFn: ({ signal }) => fetchPool(id, signal) });
  const refresh = () => Promise.all(["pool", "pools", "pool-redemptions", "person", "points"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  const pool = query.data;
  const mayChange = pool?.state === "open" && can("loyalty:write");
  return (
    <Page
      title={pool?.title ?? t("pool.pools")}
      crumbs={[{ to: "/loyalty", title: t("nav.loyalty") }, { to: "/loyalty/pools", title: t("pool.pools") }]}
      answer={pool ? <Answer pool={pool} /> : undefined}
      tools={mayChange ? <Button type="primary" onClick={() => setInviting(true)}>{t("pool.invite")}</Button> : undefined}
    >
      <Loaded query={query} rows={8}>
        {(p) => (
          <div className="stack">
            <div className="columns wide-right">
              <Sheet title={t("pool.about")}>
                <Facts
                  of={[
                    [t("pool.state_title"), <State family="pool.state" code={p.state} tone={p.state === "open" ? "good" : "plain"} />],
                    [t("pool.owner"), <PersonLink id={p.owner} name={p.ownerName} />],
                    [t("pool.draws_title"), <DrawsOf pool={p} />],
                    [t("pool.opened_at"), <When at={p.openedAt} />],
                  ]}
                />
              </Sheet>
              <Members pool={p} mayChange={mayChange} onDone={refresh} />
            </div>
            <PoolSpending pool={p} mayReturn={can("loyalty:write")} onDone={refresh} />
            {inviting ? <InviteMember pool={p} onClose={() => setInviting(false)} onDone={() => { setInviting(false); void refresh(); }} /> : null}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Answer({ pool }: { pool: Pool }) {
  const { t } = useTranslation();
  if (pool.state !== "open") return <>{t("pool.is_closed")}</>;
  const count = pool.members.filter((m) => m.state === "member").length;
  return <>{t("pool.says", { count, members: exact(count), points: exact(pool.spendable) })}</>;
}

function DrawsOf({ pool }: { pool: Pool }) {
  return <>{useCode()("pool.draws", pool.draws)}</>;
}

function Members({ pool, mayChange, onDone }: { pool: Pool; mayChange: boolean; onDone: () => Promise<unknown> }) {
  const { t } = useTranslation();
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [limiting, setLimiting] = useState<Place | null>(null);
  const acting = useMutation({
    mutationFn: (act: (key: string) => Promise<void>) => act(key),
    onSuccess: async () => {
      setKey(crypto.randomUUID());
      await onDone();
    },
  });
  const ask = (place: Place, what: "join" | "decline" | "leave" | "close", act: typeof join, danger = false) => (
    <Popconfirm title={t(`pool.${what}_sure`, { title: pool.title })} okText={t(`pool.${what}`)} cancelText={t("action.cancel")} onConfirm={() => acting.mutate((k) => act(pool.id, place.personId, `${k}-${what}-${place.personId}`))}>
      <Button size="small" type="link" danger={danger} disabled={acting.isPending}>{t(`pool.${what}`)}</Button>
    </Popconfirm>
  );
  const change = (m: Place) => <Button size="small" type="link" onClick={() => setLimiting(m)}>{t("pool.limit_change")}</Button>;
  const actions = (m: Place) =>
    m.state === "invited" ? <>{change(m)}{ask(m, "join", join)}{ask(m, "decline", leave)}</>
    : m.state !== "member" ? null
    : m.personId === pool.owner ? <>{change(m)}{ask(m, "close", leave, true)}</>
    : <>{change(m)}{ask(m, "leave", leave)}</>;
  return (
    <Sheet title={t("pool.members")} note={t("pool.together", { points: exact(pool.spendable) })} flush>
      {acting.error ? <div style={{ padding: "0 24px" }}><ProblemAlert error={acting.error} /></div> : null}
      <Table
        size="middle"
        pagination={false}
        rowKey={(m) => `${m.personId}/${m.since}/${m.state}`}
        dataSource={pool.members}
        columns={[
          { title: t("pool.member"), render: (_, m) => <span style={{ opacity: m.state === "left" ? 0.6 : 1 }}><PersonLink id={m.personId} name={m.name} />{m.personId === pool.owner ? <Tag style={{ marginInlineStart: 6 }}>{t("pool.owner")}</Tag> : null}</span> },
          { title: t("pool.place"), render: (_, m) => <State family="pool.place_is" code={m.state} tone={m.state === "member" ? "good" : m.state === "invited" ? "warn" : "plain"} /> },
          { title: t("pool.spendable"), align: "right", render: (_, m) => exact(m.spendable) },
          { title: t("pool.limit"), align: "right", render: (_, m) => (m.mostPerMonth === null ? <span className="faint">{t("pool.no_limit")}</span> : exact(m.mostPerMonth)) },
          { title: t("pool.since"), render: (_, m) => <When at={m.since} /> },
          ...(mayChange ? [{ title: "", key: "actions", align: "right" as const, render: (_: unknown, m: Place) => actions(m) }] : []),
        ]}
      />
      {limiting ? <ChangeLimit pool={pool} place={limiting} onClose={() => setLimiting(null)} onDone={() => { setLimiting(null); void onDone(); }} /> : null}
    </Sheet>
  );
}
