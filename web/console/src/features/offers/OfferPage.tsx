import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm, Segmented, Tabs } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { exactMoney } from "../../shared/format/money";
import { exact } from "../../shared/format/number";
import { useQueryState } from "../../shared/state/useQueryState";
import { ChannelTag } from "../../shared/ui/ChannelTag";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Facts } from "../../shared/ui/Facts";
import { ListPage } from "../../shared/ui/ListPage";
import { Loaded } from "../../shared/ui/Loaded";
import { Money } from "../../shared/ui/Numbers";
import { Page, Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { PersonLink } from "../person/PersonLink";
import { useSession } from "../session/useSession";
import { fetchCoupons, fetchOffer, fetchUses, type Offer, type OfferUse, releaseUse, revertUse } from "./api";
import { IssueCoupons } from "./IssueCoupons";
import { tones } from "./OffersPage";
import { Used } from "./Used";
import { useOfferWords } from "./useOfferWords";

/** One offer: what it gives, how far it is used, its coupons and uses. */
export function OfferPage() {
  const { t } = useTranslation();
  const { name = "" } = useParams();
  const { can } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const words = useOfferWords();
  const [issuing, setIssuing] = useState(false);
  const [state, set] = useQueryState({ tab: "uses", state: "" });
  const query = useQuery({ queryKey: ["offer", name], queryFn: ({ signal }) => fetchOffer(name, signal) });
  const refresh = () => Promise.all(["offer", "offers", "offer-uses", "offer-coupons", "coupons", "timeline"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  const offer = query.data;
  return (
    <Page
      title={offer ? words.title(offer) : name}
      crumbs={[{ to: "/offers", title: t("nav.offers") }]}
      answer={offer ? words.gives(offer) : undefined}
      tools={
        <>
          <Button onClick={() => void navigate(`/definitions/offer/${encodeURIComponent(name)}`)}>{t("definition.open")}</Button>
          {offer?.codeKind === "personal" && can("loyalty:write") ? <Button type="primary" onClick={() => setIssuing(true)}>{t("offer.issue")}</Button> : null}
        </>
      }
    >
      <Loaded query={query} rows={8}>
        {(o) => (
          <div className="stack">
            <About offer={o} />
            <Tabs
              activeKey={o.codeKind === "personal" ? state.tab : "uses"}
              onChange={(tab) => set({ tab, state: "" })}
              destroyOnHidden
              items={[
                { key: "uses", label: t("offer.use_list"), children: <Uses name={name} state={state.state} onState={(s) => set({ state: s })} mayChange={can("loyalty:write")} onDone={refresh} /> },
                ...(o.codeKind === "personal" ? [{ key: "coupons", label: t("offer.coupons"), children: <Coupons name={name} state={state.state} onState={(s) => set({ state: s })} /> }] : []),
              ]}
            />
            {issuing ? <IssueCoupons offer={o} onClose={() => setIssuing(false)} onDone={refresh} /> : null}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function About({ offer: o }: { offer: Offer }) {
  const { t } = useTranslation();
  const money = (minor: number) => exactMoney(minor, o.currency);
  return (
    <div className="columns wide-right">
      <Sheet title={t("offer.about")}>
        <Facts
          of={[
            [t("offer.state_title"), <State family="offer.state" code={o.state} tone={tones[o.state as keyof typeof tones]} />],
            [t("offer.code_title"), <>{t(`offer.code.${o.codeKind}`)}{o.code === "" ? null : <> · <span className="mono">{o.code}</span></>}</>],
            [t("offer.starts"), o.startsAt ? <When at={o.startsAt} exactly /> : t("offer.always")],
            [t("offer.ends"), o.endsAt ? <When at={o.endsAt} exactly /> : t("offer.never")],
            [t("offer.coupon_days"), o.daysAfterIssuing === null ? null : t("offer.days", { count: o.daysAfterIssuing })],
            [t("offer.per_person"), o.limits.usesPerPerson === null ? t("offer.no_limit") : t("offer.times", { count: o.limits.usesPerPerson })],
            [t("offer.lock"), t("offer.days", { count: o.lockDays })],
            [t("offer.over_budget_title"), o.limits.budgetMinor === null ? null : t(`offer.over_budget.${o.overBudget}`)],
            [t("offer.zero_effect_title"), t(`offer.zero_effect.${o.zeroEffect}`)],
            [t("definition.live"), <span className="mono">v{o.version}</span>],
          ]}
        />
      </Sheet>
      <Sheet title={t("offer.how_far")}>
        <div className="stack" style={{ gap: 20 }}>
          {o.codeKind === "personal" ? (
            <Measure label={t("offer.coupons")} note={t("offer.unused", { count: o.couponsUnused, unused: exact(o.couponsUnused) })}><Used label={t("offer.coupons")} value={o.coupons} limit={o.limits.coupons} shown={exact} /></Measure>
          ) : null}
          <Measure label={t("offer.uses")} note={t("offer.locked_now", { count: o.locked, locked: exact(o.locked) })}><Used label={t("offer.uses")} value={o.uses} limit={o.limits.uses} shown={exact} /></Measure>
          <Measure label={t("offer.budget")} note={t("offer.budget_means")}><Used label={t("offer.budget")} value={o.spentMinor} limit={o.limits.budgetMinor} shown={money} /></Measure>
        </div>
      </Sheet>
    </div>
  );
}

function Measure({ label, note, children }: { label: string; note: string; children: React.ReactNode }) {
  return <div><div className="quiet">{label}</div>{children}<div className="faint" style={{ fontSize: 13, marginTop: 4 }}>{note}</div></div>;
}

const useStates = ["", "locked", "used", "released", "lapsed", "reverted"];

function Uses({ name, state, onState, mayChange, onDone }: { name: string; state: string; onState: (state: string) => void; mayChange: boolean; onDone: () => Promise<unknown> }) {
  const { t } = useTranslation();
  const acting = useMutation({ mutationFn: (act: () => Promise<void>) => act(), onSuccess: onDone });
  return (
    <>
      <ProblemAlert error={acting.error} />
      <ListPage
        name="offer-uses"
        filters={{ offer: name, state }}
        fetch={(_, cursor, signal) => fetchUses(name, { state }, cursor, signal)}
        rowKey={(u) => u.id}
        filterBar={<Segmented value={state} onChange={onState} aria-label={t("offer.use_state_title")} options={useStates.map((s) => ({ value: s, label: t(`offer.use_state.${s || "any"}`) }))} />}
        columns={[
          { key: "person", title: t("orders.person"), render: (_, u) => u.personId === "" ? <span className="faint">{t("offer.guest")}</span> : <PersonLink id={u.personId} name={u.personName} /> },
          { key: "state", title: t("offer.use_state_title"), render: (_, u) => <State family="offer.use_state" code={u.state} tone={u.state === "used" ? "good" : u.state === "locked" ? "busy" : "plain"} /> },
          { key: "basket", title: t("offer.basket"), align: "right", render: (_, u) => <Money minor={u.basketMinor} currency={u.currency} exactly /> },
          { key: "given", title: t("offer.given"), align: "right", render: (_, u) => <Given use={u} /> },
          { key: "order", title: t("offer.order"), render: (_, u) => u.order === "" ? <span className="faint">—</span> : <span className="row"><ChannelTag channel={u.channel} /><span className="mono">{u.order}</span></span> },
          { key: "session", title: t("offer.session"), render: (_, u) => <span className="mono">{u.session}</span>, extra: true },
          { key: "coupon", title: t("offer.coupon_number"), render: (_, u) => <span className="mono">{u.couponId}</span>, extra: true },
          { key: "at", title: t("offer.at"), render: (_, u) => <When at={u.at} /> },
          { key: "until", title: t("offer.locked_until"), render: (_, u) => <When at={u.state === "locked" ? u.endsAt : null} /> },
          { key: "act", title: t("offer.action"), align: "right", render: (_, u) => mayChange ? <Act use={u} onAct={(act) => acting.mutate(act)} /> : null },
        ]}
        empty={<EmptyState title={t("offer.no_uses")}>{t("offer.no_uses_text")}</EmptyState>}
      />
    </>
  );
}

function Given({ use: u }: { use: OfferUse }) {
  const { t } = useTranslation();
  return (
    <>
      <Money minor={u.givenMinor} currency={u.currency} exactly />
      {u.givenMinor < u.desiredMinor ? <div className="faint" style={{ fontSize: 13 }}>{t("offer.desired", { amount: exactMoney(u.desiredMinor, u.currency) })}</div> : null}
      {u.revertedMinor > 0 ? <div className="faint" style={{ fontSize: 13 }}>{t("offer.came_back", { amount: exactMoney(u.revertedMinor, u.currency) })}</div> : null}
    </>
  );
}

function Act({ use: u, onAct }: { use: OfferUse; onAct: (act: () => Promise<void>) => void }) {
  const { t } = useTranslation();
  if (u.state === "locked") return <Popconfirm title={t("offer.release_sure")} onConfirm={() => onAct(() => releaseUse(u.id))}><Button type="link" size="small">{t("offer.release")}</Button></Popconfirm>;
  if (u.state === "used") return <Popconfirm title={t("offer.revert_sure", { amount: exactMoney(u.givenMinor - u.revertedMinor, u.currency) })} onConfirm={() => onAct(() => revertUse(u.id))}><Button type="link" size="small">{t("offer.revert")}</Button></Popconfirm>;
  return null;
}

function Coupons({ name, state, onState }: { name: string; state: string; onState: (state: string) => void }) {
  const { t } = useTranslation();
  return (
    <ListPage
      name="offer-coupons"
      filters={{ offer: name, state }}
      fetch={(_, cursor, signal) => fetchCoupons(name, { state }, cursor, signal)}
      rowKey={(c) => c.id}
      filterBar={<Segmented value={state} onChange={onState} aria-label={t("offer.state_title")} options={["", "issued", "locked", "used"].map((s) => ({ value: s, label: t(`offer.coupon_state.${s || "any"}`) }))} />}
      columns={[
        { key: "number", title: t("offer.coupon_number"), render: (_, c) => <span className="mono">{c.id}</span> },
        { key: "person", title: t("orders.person"), render: (_, c) => <PersonLink id={c.personId} name={c.personName} /> },
        { key: "state", title: t("offer.state_title"), render: (_, c) => <State family="offer.coupon_state" code={c.state} tone={c.state === "used" ? "good" : c.state === "locked" ? "busy" : "plain"} /> },
        { key: "issued", title: t("offer.issued_at"), render: (_, c) => <When at={c.issuedAt} /> },
        { key: "ends", title: t("offer.ends"), render: (_, c) => c.endsAt ? <When at={c.endsAt} exactly /> : t("offer.never") },
        { key: "grant", title: t("offer.grant_key"), render: (_, c) => <span className="mono">{c.grantKey}</span>, extra: true },
        { key: "version", title: t("journey.version"), align: "right", render: (_, c) => `v${c.version}`, extra: true },
      ]}
      empty={<EmptyState title={t("offer.no_coupons")}>{t("offer.no_coupons_text")}</EmptyState>}
    />
  );
}
