import { Button, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { exact } from "../../shared/format/number";
import { useQueryState } from "../../shared/state/useQueryState";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ListPage } from "../../shared/ui/ListPage";
import { Page } from "../../shared/ui/Page";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { PersonLink } from "../person/PersonLink";
import { useSession } from "../session/useSession";
import { fetchPools } from "./api";
import { OpenPool } from "./OpenPool";

/** Families and friends who spend together: all of them, and a new one. */
export function PoolsPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const navigate = useNavigate();
  const [state, set] = useQueryState({ state: "" });
  const [opening, setOpening] = useState(false);
  const open = can("loyalty:write") ? <Button type="primary" onClick={() => setOpening(true)}>{t("pool.open")}</Button> : undefined;
  return (
    <Page title={t("pool.pools")} crumbs={[{ to: "/loyalty", title: t("nav.loyalty") }]} answer={t("pool.answer")} tools={open}>
      <ListPage
        name="pools"
        filters={state}
        fetch={fetchPools}
        rowKey={(p) => p.id}
        filterBar={<Segmented value={state.state} onChange={(value) => set({ state: value })} aria-label={t("pool.state_title")} options={["", "open", "closed"].map((value) => ({ value, label: t(`pool.state.${value || "any"}`) }))} />}
        columns={[
          { key: "title", title: t("pool.name"), render: (_, p) => <Link className="link" to={`/loyalty/pools/${p.id}`}>{p.title}</Link> },
          { key: "state", title: t("pool.state_title"), render: (_, p) => <State family="pool.state" code={p.state} tone={p.state === "open" ? "good" : "plain"} /> },
          { key: "owner", title: t("pool.owner"), render: (_, p) => <PersonLink id={p.owner} name={p.ownerName} /> },
          { key: "members", title: t("pool.members"), align: "right", render: (_, p) => exact(p.members.filter((m) => m.state === "member").length) },
          { key: "invited", title: t("pool.invited"), align: "right", render: (_, p) => exact(p.members.filter((m) => m.state === "invited").length) },
          { key: "spendable", title: t("pool.spendable"), align: "right", render: (_, p) => exact(p.spendable) },
          { key: "at", title: t("pool.opened_at"), render: (_, p) => <When at={p.openedAt} /> },
        ]}
        empty={<EmptyState title={t("pool.none")} action={open}>{t("pool.none_text")}</EmptyState>}
      />
      {opening ? <OpenPool onClose={() => setOpening(false)} onDone={(id) => void navigate(`/loyalty/pools/${id}`)} /> : null}
    </Page>
  );
}
