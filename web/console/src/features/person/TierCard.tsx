import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm, Tag } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { exactMoney } from "../../shared/format/money";
import { exact } from "../../shared/format/number";
import { problemWords } from "../../shared/api/problemWords";
import { useCode } from "../../shared/state/useCode";
import { When } from "../../shared/ui/When";
import { GrantTier } from "../loyalty/GrantTier";
import { endGrant, fetchTier, type Gap, type Grant, type Missing, type Move } from "../loyalty/tiers";
import { useTierTitle } from "../loyalty/TierTag";
import { useSession } from "../session/useSession";
import { useBrand } from "../settings/useBrand";
import type { Membership } from "./api";
import { TierProgress } from "./TierProgress";

/** The tier, what is missing to the next and to keep this one, what was given by hand, and every move with its reason. */
export function TierCard({ personId, membership }: { personId: string; membership: Membership }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const queries = useQueryClient();
  const [granting, setGranting] = useState(false);
  const sheet = useQuery({ queryKey: ["tier", personId], queryFn: ({ signal }) => fetchTier(personId, signal), enabled: can("loyalty:read"), retry: false });
  const refresh = () => {
    setGranting(false);
    for (const key of ["tier", "person", "timeline"]) void queries.invalidateQueries({ queryKey: [key, personId] });
  };
  const tier = sheet.data;
  if (!tier) return <TierProgress membership={membership} />;
  return (
    <div className="stack" style={{ gap: 14 }}>
      <div className="row" style={{ justifyContent: "space-between" }}>
        <b style={{ fontSize: 17 }}>{tier.title}</b>
        <span className="quiet">{tier.keptUntil ? <>{t("tier.kept_until")} <When at={tier.keptUntil} exactly /></> : tier.next ? null : t("person.top_tier")}</span>
      </div>
      {tier.next ? <Missings gap={tier.next} title={t("tier.to_next", { tier: tier.next.title })} /> : null}
      {tier.keep ? <Missings gap={tier.keep} title={t("tier.to_keep", { tier: tier.keep.title })} /> : null}
      {tier.grants.filter((g) => g.isOpen).map((g) => <GivenLine key={g.id} personId={personId} grant={g} mayEnd={can("loyalty:write")} onDone={refresh} />)}
      {can("loyalty:write") && membership.state !== "left" ? <div><Button size="small" onClick={() => setGranting(true)}>{t("tier.grant")}</Button></div> : null}
      {tier.moves.length > 0 ? <Moves moves={tier.moves} /> : null}
      {granting ? <GrantTier personId={personId} onClose={() => setGranting(false)} onDone={refresh} /> : null}
    </div>
  );
}

function useAmount(): (of: string, value: number) => string {
  const { t } = useTranslation();
  const brand = useBrand();
  return (of, value) => (of === "spend" ? exactMoney(value, brand.currency) : t(`tier.amount.${of}`, { count: value, value: exact(value) }));
}

function Missings({ gap, title }: { gap: Gap; title: string }) {
  const { t } = useTranslation();
  const tierTitle = useTierTitle();
  return (
    <div>
      <div className="row" style={{ justifyContent: "space-between", marginBottom: 4 }}>
        <span>{title}{gap.thresholds.length > 1 ? <span className="faint"> · {t(gap.any ? "tier.any" : "tier.all")}</span> : null}</span>
        {gap.until ? <span className="faint">{t("tier.until")} <When at={gap.until} exactly /></span> : null}
      </div>
      {gap.thresholds.map((m) => <Threshold key={m.of} of={m} />)}
      {gap.otherwise ? <div className="faint" style={{ fontSize: 13, marginTop: 4 }}>{t("tier.otherwise", { tier: tierTitle(gap.otherwise) })}</div> : null}
    </div>
  );
}

function Threshold({ of: m }: { of: Missing }) {
  const { t } = useTranslation();
  const amount = useAmount();
  return (
    <div style={{ marginBottom: 6 }}>
      <div className="meter" role="meter" aria-valuemin={0} aria-valuemax={m.need} aria-valuenow={m.have} aria-label={t(`tier.of.${m.of}`)}>
        <i style={{ width: `${m.need > 0 ? Math.min(100, Math.max(0, (m.have / m.need) * 100)) : 100}%` }} />
      </div>
      <div className="row faint" style={{ fontSize: 13, marginTop: 2, justifyContent: "space-between" }}>
        <span>{t("tier.have_of", { have: amount(m.of, m.have), need: amount(m.of, m.need) })}</span>
        <span>{m.missing > 0 ? t("tier.missing", { missing: amount(m.of, m.missing) }) : t("tier.enough")}</span>
      </div>
    </div>
  );
}

function GivenLine({ personId, grant, mayEnd, onDone }: { personId: string; grant: Grant; mayEnd: boolean; onDone: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const { message } = App.useApp();
  const end = async () => {
    try {
      await endGrant(personId, grant.id);
      void message.success(t("tier.ended"));
      onDone();
    } catch (error) {
      void message.error(problemWords(error));
    }
  };
  return (
    <div className="row" style={{ justifyContent: "space-between" }}>
      <span><Tag>{code("tier.kind", grant.kind)}</Tag>{grant.title} {grant.until ? <span className="faint">{t("tier.until")} <When at={grant.until} exactly /></span> : <span className="faint">{t("tier.for_ever")}</span>}{grant.reason ? <div className="faint" style={{ fontSize: 13 }}>{grant.reason}</div> : null}</span>
      {mayEnd ? <Popconfirm title={t("tier.end_sure")} onConfirm={() => end()}><Button size="small">{t("tier.end")}</Button></Popconfirm> : null}
    </div>
  );
}

function Moves({ moves }: { moves: Move[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const title = useTierTitle();
  return (
    <div>
      <div className="faint" style={{ marginBottom: 4 }}>{t("tier.moves")}</div>
      {(all ? moves : moves.slice(0, 4)).map((m) => (
        <div key={m.id} style={{ marginBottom: 8 }}>
          <div className="row" style={{ justifyContent: "space-between" }}><span>{title(m.from)} → <b>{title(m.to)}</b></span><When at={m.at} exactly /></div>
          <div className="faint" style={{ fontSize: 13 }}><Why move={m} /></div>
        </div>
      ))}
      {moves.length > 4 && !all ? <Button type="link" size="small" style={{ padding: 0 }} onClick={() => setAll(true)}>{t("timeline.more")}</Button> : null}
    </div>
  );
}

function Why({ move }: { move: Move }): ReactNode {
  const { t } = useTranslation();
  const code = useCode();
  const amount = useAmount();
  const version = move.version ? t("tier.by_version", { version: move.version }) : "";
  const split = move.afterSplit ? t("tier.after_split") : "";
  if (!move.why) return <>{t("tier.growth_was", { growth: exact(move.growth) })}{split}{version}</>;
  const counted = move.why.counted.map((c) => t("tier.have_of", { have: amount(c.of, c.have), need: amount(c.of, c.need) })).join(t("tier.and"));
  return <>{code("tier.cause", move.why.cause)}{move.why.kind ? ` (${code("tier.kind", move.why.kind)})` : ""}{counted ? ` · ${counted}` : ""}{move.why.window && move.why.window !== "ever" ? ` · ${code("tier.window", move.why.window)}` : ""}{split}{version}</>;
}
