import { useMutation } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { exact } from "../../shared/format/number";
import { ChannelMarks } from "../../shared/ui/ChannelTag";
import { ListPage } from "../../shared/ui/ListPage";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { When } from "../../shared/ui/When";
import { PersonLink } from "../person/PersonLink";
import { fetchRedemptions, giveBack, type Pool, type PoolRedemption } from "./api";

/** What the pool spent, whose points it was, and what came back. */
export function PoolSpending({ pool, mayReturn, onDone }: { pool: Pool; mayReturn: boolean; onDone: () => Promise<unknown> }) {
  const { t } = useTranslation();
  const [key, setKey] = useState(() => crypto.randomUUID());
  const returning = useMutation({
    mutationFn: (r: PoolRedemption) => giveBack(r.id, `${key}-${r.id}-${r.returned}`),
    onSuccess: async () => {
      setKey(crypto.randomUUID());
      await onDone();
    },
  });
  // Who spent and who gave has, or had, a place in the pool.
  const name = (person: string) => pool.members.find((m) => m.personId === person)?.name;
  const back = (r: PoolRedemption) =>
    !mayReturn || r.points === r.returned ? null : (
      <Popconfirm title={t("pool.return_sure", { points: exact(r.points - r.returned) })} description={t("pool.return_means")} okText={t("pool.return")} cancelText={t("action.cancel")} onConfirm={() => returning.mutate(r)}>
        <Button size="small" type="link" disabled={returning.isPending}>{t("pool.return")}</Button>
      </Popconfirm>
    );
  return (
    <div>
      <h2 style={{ marginBottom: 12 }}>{t("pool.spent_title")}</h2>
      <ProblemAlert error={returning.error} />
      <ListPage
        name="pool-redemptions"
        filters={{ pool: pool.id }}
        fetch={(_, cursor, signal) => fetchRedemptions(pool.id, cursor, signal)}
        rowKey={(r) => r.id}
        columns={[
          { key: "at", title: t("pool.at"), render: (_, r) => <When at={r.at} /> },
          { key: "who", title: t("pool.spender"), render: (_, r) => <PersonLink id={r.personId} name={name(r.personId)} /> },
          { key: "points", title: t("pool.points"), align: "right", render: (_, r) => exact(r.points) },
          { key: "parts", title: t("pool.parts"), render: (_, r) => r.parts.map((p) => <div key={p.personId}><PersonLink id={p.personId} name={name(p.personId)} /> <span className="number">{exact(p.points)}</span>{p.returned > 0 ? <span className="faint"> · {t("pool.came_back", { points: exact(p.returned) })}</span> : null}</div>) },
          { key: "for", title: t("pool.for"), render: (_, r) => <ForWhat of={r} /> },
          { key: "returned", title: t("pool.returned"), align: "right", render: (_, r) => (r.returned > 0 ? exact(r.returned) : <span className="faint">—</span>) },
          ...(mayReturn ? [{ key: "back", title: t("pool.action"), align: "right" as const, render: (_: unknown, r: PoolRedemption) => back(r) }] : []),
        ]}
        empty={<p className="quiet" style={{ padding: 32 }}>{t("pool.nothing_spent")}</p>}
      />
    </div>
  );
}

function ForWhat({ of }: { of: PoolRedemption }) {
  const { t } = useTranslation();
  if (of.order === null && of.reason === "") return <span className="faint">—</span>;
  return (
    <>
      {of.order ? <div className="row"><ChannelMarks channels={[of.order.channel]} />{t("points.order", { number: of.order.number })}</div> : null}
      {of.reason ? <div className={of.order ? "faint" : undefined}>{of.reason}</div> : null}
    </>
  );
}
