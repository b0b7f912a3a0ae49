import { useQuery } from "@tanstack/react-query";
import { Badge, Button, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { exactMoney } from "../../shared/format/money";
import { exact, percent } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Facts } from "../../shared/ui/Facts";
import { Loaded } from "../../shared/ui/Loaded";
import { MetricCard } from "../../shared/ui/MetricCard";
import { Count } from "../../shared/ui/Numbers";
import { Page, Sheet } from "../../shared/ui/Page";
import { toProblem } from "../../shared/api/problem";
import { useAwaiting } from "../loyaltyApprovals/useAwaiting";
import { Promotions } from "../loyaltyRules/Promotions";
import { useSession } from "../session/useSession";
import { useBrand } from "../settings/useBrand";
import { fetchProgram, type Program, type ProgramBenefit, type Tier } from "./api";
import { firstType, PointsCount } from "./pointTypes";
import { TierFlow } from "./TierFlow";

export function LoyaltyPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { can } = useSession();
  const awaiting = useAwaiting();
  const query = useQuery({ queryKey: ["program", "default"], queryFn: ({ signal }) => fetchProgram("default", signal), staleTime: 60_000 });
  const program = query.data;
  return (
    <Page
      title={program?.title || t("nav.loyalty")}
      tabTitle={t("nav.loyalty")}
      answer={program ? <Answer program={program} /> : undefined}
      tools={program ? (
        <>
          <Button onClick={() => void navigate("/loyalty/approvals")}>{t("approvals.title")}{awaiting > 0 ? <Badge count={awaiting} size="small" style={{ marginLeft: 6 }} /> : null}</Button>
          <Button onClick={() => void navigate("/loyalty/bulk")}>{t("bulk.title")}</Button>
          <Button onClick={() => void navigate("/loyalty/pools")}>{t("pool.pools")}</Button>
          {can("loyalty:write") ? <Button onClick={() => void navigate("/loyalty/till")}>{t("till.title")}</Button> : null}
          {can("reports:read") ? <Button onClick={() => void navigate("/loyalty/liability")}>{t("liability.title")}</Button> : null}
          <Button onClick={() => void navigate("/loyalty/simulations")}>{t("simulation.title")}</Button>
          <Button onClick={() => void navigate(`/definitions/program/${encodeURIComponent(program.name)}`)}>{t("definition.open")}</Button>
        </>
      ) : undefined}
    >
      {query.isError && toProblem(query.error).code === "no_such_program" ? (
        <Sheet><EmptyState title={t("loyalty.none")} action={can("definitions:write") ? <Button type="primary" onClick={() => void navigate("/definitions/program/new")}>{t("loyalty.make")}</Button> : undefined}>{t("loyalty.none_text")}</EmptyState></Sheet>
      ) : <Loaded query={query} rows={10}>{(p) => <Body program={p} />}</Loaded>}
    </Page>
  );
}

function Answer({ program }: { program: Program }) {
  const { t } = useTranslation();
  return <>{t("loyalty.answer", { count: program.members, members: exact(program.members), points: exact(program.spendable), soon: exact(program.expiringSoon) })}</>;
}

function Body({ program }: { program: Program }) {
  const { t } = useTranslation();
  const source = t("metric.from_ledger");
  return (
    <div className="stack">
      <div className="cards">
        <MetricCard label={t("points.earned")} value={<Count value={program.earned} />} explanation={{ definition: t("loyalty.issued_means"), source }} />
        <MetricCard label={t("points.spent")} value={<Count value={program.spent} />} explanation={{ definition: t("loyalty.spent_means"), source }} />
        <MetricCard label={t("points.expired")} value={<Count value={program.expired} />} explanation={{ definition: t("loyalty.expired_means"), source }} />
        <MetricCard label={t("overview.liability")} value={<Count value={program.spendable} />} note={<>{t("loyalty.expiring")} <Count value={program.expiringSoon} /></>} explanation={{ definition: t("overview.liability_means"), source }} />
        <MetricCard label={t("loyalty.pending")} value={<Count value={program.pending} />} explanation={{ definition: t("loyalty.pending_means"), source }} />
        <MetricCard label={t("points_report.debt")} value={<Count value={program.debt} />} explanation={{ definition: t("points_report.debt_means"), source }} />
      </div>
      {program.types.length > 1 ? <Sheet title={t("loyalty.types")} note={t("loyalty.types_note")} flush><Types program={program} /></Sheet> : null}
      <div className="columns">
        <Sheet title={t("loyalty.rule")} note={t("loyalty.version", { version: program.version })}><Rule program={program} /></Sheet>
        <Sheet title={t("loyalty.tiers")} note={t("loyalty.tiers_note")}><Ladder program={program} /></Sheet>
      </div>
      <div className="columns">
        <Sheet title={t("loyalty.tier_rule")}><TierRule program={program} /></Sheet>
        <Sheet title={t("tier.flow")} note={t("tier.flow_note")}><TierFlow program={program} /></Sheet>
      </div>
      {program.benefits.length > 0 ? <Sheet title={t("loyalty.benefits")} note={t("loyalty.benefits_note")}><Benefits program={program} /></Sheet> : null}
      <Promotions program={program.name} version={program.version} currency={program.currency} />
      <p className="quiet"><Link className="link" to="/reports/points">{t("loyalty.see_report")}</Link></p>
    </div>
  );
}

/** Every type of points with what is owed of it. */
function Types({ program }: { program: Program }) {
  const { t } = useTranslation();
  type Type = Program["types"][number];
  const column = (title: string, value: (x: Type) => number) => ({ title, align: "right" as const, render: (_: unknown, x: Type) => <PointsCount value={value(x)} scale={x.scale} /> });
  return (
    <Table
      size="middle"
      pagination={false}
      rowKey="name"
      dataSource={program.types}
      scroll={{ x: true }}
      columns={[
        { title: t("points.type"), render: (_, x) => <>{x.title || (x.name === firstType ? t("points.first_type") : x.name)} <span className="faint">{x.name}</span></> },
        column(t("points.earned"), (x) => x.earned),
        column(t("points.spent"), (x) => x.spent),
        column(t("points.expired"), (x) => x.expired),
        column(t("overview.liability"), (x) => x.spendable),
        column(t("loyalty.pending"), (x) => x.pending),
        column(t("points_report.debt"), (x) => x.debt),
      ]}
    />
  );
}

/** The earn rule as a sentence that an operations person would sign. */
function Rule({ program }: { program: Program }) {
  const { t } = useTranslation();
  const code = useCode();
  const brand = useBrand();
  const currency = program.currency || brand.currency;
  const rate = (r: Program["earn"], key: string) => (r.points === null || r.eachMinor === null ? t("loyalty.see_definition") : t(key, { money: exactMoney(r.eachMinor, currency), points: exact(r.points) }));
  return (
    <Facts
      of={[
        [t("loyalty.enrolment"), program.enrolment ? code("loyalty.enrolments", program.enrolment) : null],
        [t("loyalty.earn"), rate(program.earn, "loyalty.earn_rule") + t(program.withShipping ? "loyalty.with_shipping" : "loyalty.without_shipping")],
        [t("loyalty.becomes"), program.pendingDays === null ? t("loyalty.on_completion") : t("loyalty.days_after_completion", { count: program.pendingDays })],
        [t("loyalty.validity"), program.validityMonths === null ? t("loyalty.for_ever") : t("loyalty.months", { count: program.validityMonths }) + (program.roundUp && program.roundUp !== "none" ? t(`loyalty.round_up.${program.roundUp}`) : "")],
        [t("loyalty.reminders"), program.reminders.length > 0 ? t("loyalty.days_before", { days: program.reminders.join(t("loyalty.and_days")) }) : null],
        [t("loyalty.growth_rule"), rate(program.growth, "loyalty.growth_is")],
        [t("loyalty.refunds"), program.refundPolicy ? code("loyalty.refund_policy", program.refundPolicy) : null],
        [t("loyalty.zone"), program.zone || brand.zone],
      ]}
    />
  );
}

/** What each benefit is, and for whom. */
function Benefits({ program }: { program: Program }) {
  const { t } = useTranslation();
  const code = useCode();
  const title = (tier: string) => program.tiers.find((r) => r.name === tier)?.title ?? tier;
  const given = (g: ProgramBenefit["gives"][number]) => [g.points > 0 ? t("benefit.points", { points: exact(g.points) }) : "", g.voucher ? t("benefit.voucher", { voucher: g.voucher }) : ""].filter((s) => s !== "").join(" + ");
  const gift = (g: ProgramBenefit["gives"][number]) => (g.tier ? `${title(g.tier)} ${given(g)}` : given(g));
  return (
    <Table
      size="small"
      pagination={false}
      rowKey="name"
      dataSource={program.benefits}
      columns={[
        { title: t("loyalty.benefits"), render: (_, b) => <>{b.title} <Tag>{code("benefit.kind", b.kind)}</Tag></> },
        { title: t("loyalty.tiers"), render: (_, b) => (b.tiers.length === 0 ? t("loyalty.all_tiers") : b.tiers.map(title).join(t("tier.and"))) },
        { title: t("benefit.what"), render: (_, b) => [...b.gives.map(gift), b.daysBefore > 0 ? t("loyalty.before_the_day", { count: b.daysBefore }) : "", b.times !== null ? t("loyalty.quota", { times: exact(b.times), per: code("benefit.per", b.per) }) : ""].filter((s) => s !== "").join(" · ") },
      ]}
    />
  );
}

/** How tiers are reached, kept and lost. */
function TierRule({ program }: { program: Program }) {
  const { t } = useTranslation();
  const code = useCode();
  const q = program.qualification;
  if (!q) return <p className="quiet">{t("loyalty.plain_tiers")}</p>;
  return (
    <Facts
      of={[
        [t("loyalty.q_window"), `${t(`tier.of.${q.of}`)} · ${q.rollingDays ? t("loyalty.last_days", { count: q.rollingDays }) : q.rollingMonths ? t("loyalty.last_months", { count: q.rollingMonths }) : code("tier.window", q.window)}`],
        [t("loyalty.q_upgrade"), code("loyalty.upgrades", q.upgrade)],
        [t("loyalty.q_downgrade"), code("loyalty.downgrades", q.downgrade)],
        [t("loyalty.q_keep"), q.keepUntil || q.keepDays > 0 ? [q.keepUntil ? code("loyalty.keeps", q.keepUntil) : "", q.keepDays > 0 ? t("loyalty.keep_days", { count: q.keepDays }) : ""].filter((s) => s !== "").join(" + ") : null],
        [t("loyalty.q_grace"), q.graceDays > 0 ? t("loyalty.keep_days", { count: q.graceDays }) : null],
        [t("loyalty.q_refunds"), code("loyalty.tier_refunds", q.refunds)],
      ]}
    />
  );
}

/** What a rung asks for, in words. */
function useThreshold(program: Program): (tier: Tier) => string {
  const { t } = useTranslation();
  const brand = useBrand();
  const from = (of: string, value: number) =>
    of === "orders" ? t("loyalty.from_orders", { value: exact(value) }) : of === "spend" ? t("loyalty.from_spend", { value: exactMoney(value, program.currency || brand.currency) }) : t("loyalty.from", { growth: exact(value) });
  return (tier) =>
    tier.byInvitation ? t("loyalty.by_invitation")
    : tier.paidDays !== null ? t("loyalty.by_paying", { count: tier.paidDays })
    : tier.needs ? t(tier.needs.any ? "loyalty.needs_any" : "loyalty.needs_all", { what: tier.needs.thresholds.map((n) => from(n.of, n.from)).join(t("tier.and")) })
    : from(program.qualification?.of ?? "growth", tier.threshold);
}

function Ladder({ program }: { program: Program }) {
  const { t } = useTranslation();
  const threshold = useThreshold(program);
  const total = program.members;
  const tiers = [...program.tiers].sort((a, b) => b.threshold - a.threshold);
  if (tiers.length === 0) return <EmptyState title={t("loyalty.no_tiers")} />;
  return (
    <div className="ladder">
      {tiers.map((tier) => (
        <div key={tier.name} className="rung">
          <div>
            <b>{tier.title || tier.name}</b>
            <div className="faint" style={{ fontSize: 13 }}>{threshold(tier)}{tier.earnPercent !== 100 ? t("loyalty.times", { times: exact(tier.earnPercent / 100) }) : ""}</div>
          </div>
          <div className="meter" style={{ height: 10 }}><i style={{ width: `${total > 0 ? (tier.members / total) * 100 : 0}%` }} /></div>
          <div className="number"><Count value={tier.members} /> <span className="faint">{total > 0 ? percent(tier.members / total) : ""}</span></div>
        </div>
      ))}
    </div>
  );
}
