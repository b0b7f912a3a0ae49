import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm, Progress, Table, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { exact, signed } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import { ExportButton } from "../../shared/ui/ExportButton";
import { Loaded } from "../../shared/ui/Loaded";
import { MetricCard } from "../../shared/ui/MetricCard";
import { Count } from "../../shared/ui/Numbers";
import { Page, Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { PersonLink } from "../person/PersonLink";
import { useSession } from "../session/useSession";
import { apply, type Bulk, decide, fetchBulk, isBusy, linesOf, path } from "./api";

/** One list: what would come of its lines, then what came of them. */
export function BulkPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const query = useQuery({ queryKey: ["bulk", id], queryFn: ({ signal }) => fetchBulk(id, signal), refetchInterval: (q) => (q.state.data && isBusy(q.state.data.state) ? 700 : false) });
  const bulk = query.data;
  return (
    <Page
      title={t("bulk.number", { id })}
      crumbs={[{ to: "/loyalty", title: t("nav.loyalty") }, { to: "/loyalty/bulk", title: t("bulk.title") }]}
      answer={bulk ? t(`bulk.says.${bulk.state}`) : undefined}
      tools={bulk && !isBusy(bulk.state) ? <><ExportButton path={path(id, "export.csv")} title={t("bulk.number", { id })} /><Next bulk={bulk} /></> : undefined}
    >
      <Loaded query={query} rows={10}>{(b) => <Body bulk={b} />}</Loaded>
    </Page>
  );
}

/** What can be done with it now. */
function Next({ bulk }: { bulk: Bulk }) {
  const { t } = useTranslation();
  const { session, can } = useSession();
  const queries = useQueryClient();
  const refresh = () => Promise.all(["bulk", "bulk-adjustments", "approvals"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  const acting = useMutation({ mutationFn: (act: () => Promise<void>) => act(), onSettled: refresh });
  const ready = linesOf(bulk, "ready");
  const isOwn = bulk.createdBy === `user:${session?.user ?? ""}`;
  if (!can("loyalty:write")) return null;
  const asked = (name: "apply" | "approve" | "reject", act: () => Promise<void>, disabled = false) => (
    <Popconfirm title={t(`bulk.${name}_sure`, { count: ready, lines: exact(ready), given: exact(bulk.given), taken: exact(bulk.taken) })} okText={t(`bulk.${name}`)} cancelText={t("action.cancel")} onConfirm={() => acting.mutate(act)} disabled={disabled}>
      <Button type={name === "reject" ? "default" : "primary"} disabled={disabled} loading={acting.isPending}>{t(`bulk.${name}`)}</Button>
    </Popconfirm>
  );
  return (
    <>
      {acting.error ? <ProblemAlert error={acting.error} inline /> : null}
      {bulk.state === "checked" ? asked("apply", () => apply(bulk.id), ready === 0) : null}
      {bulk.state === "awaiting" ? (
        <Tooltip title={isOwn ? t("approvals.own") : undefined}>
          <span className="row">{asked("approve", () => decide(bulk.id, true), isOwn)}{asked("reject", () => decide(bulk.id, false), isOwn)}</span>
        </Tooltip>
      ) : null}
    </>
  );
}

function Body({ bulk }: { bulk: Bulk }) {
  const { t } = useTranslation();
  const refused = linesOf(bulk, "refused");
  return (
    <div className="stack">
      {isBusy(bulk.state) ? <Working bulk={bulk} /> : null}
      <div className="cards">
        <MetricCard label={t("bulk.lines")} value={<Count value={bulk.lines} />} note={bulk.reason} />
        <MetricCard label={t("bulk.given")} value={<Count value={bulk.given} />} explanation={{ definition: t("bulk.moving_means") }} />
        <MetricCard label={t("bulk.taken")} value={<Count value={bulk.taken} />} explanation={{ definition: t("bulk.moving_means") }} />
        <MetricCard label={t("bulk.refused")} value={<Count value={refused} />} explanation={{ definition: t("bulk.refused_means") }} />
        <MetricCard label={t("bulk.by")} value={<span className="mono" style={{ fontSize: 16 }}>{bulk.createdBy}</span>} note={<When at={bulk.at} />} />
      </div>
      <Sheet title={t("bulk.outcomes")} note={bulk.decidedBy ? <>{t("bulk.decided_by")} <span className="mono">{bulk.decidedBy}</span> <When at={bulk.decidedAt} /></> : undefined} flush>
        <Table size="middle" rowKey={(o) => `${o.outcome}/${o.code}`} dataSource={bulk.outcomes} pagination={false} columns={[
          { title: t("bulk.outcome_title"), render: (_, o) => <Result outcome={o.outcome} code={o.code} /> },
          { title: t("bulk.lines"), align: "right", render: (_, o) => exact(o.lines) },
          { title: t("bulk.given"), align: "right", render: (_, o) => exact(o.given) },
          { title: t("bulk.taken"), align: "right", render: (_, o) => exact(o.taken) },
        ]} />
      </Sheet>
      <Sheet title={t("bulk.first_lines")} note={t("bulk.first_lines_note")} flush>
        <Table size="middle" rowKey="line" dataSource={bulk.examples} pagination={false} columns={[
          { title: t("bulk.line"), align: "right", width: 80, render: (_, l) => exact(l.line) },
          { title: t("bulk.member"), render: (_, l) => (l.personId === "" ? <span className="faint">—</span> : <PersonLink id={l.personId} />) },
          { title: t("bulk.points"), align: "right", render: (_, l) => <b>{signed(l.points)}</b> },
          { title: t("bulk.reason"), render: (_, l) => l.reason },
          { title: t("bulk.outcome_title"), render: (_, l) => <Result outcome={l.outcome} code={l.code} /> },
        ]} />
      </Sheet>
    </div>
  );
}

function Result({ outcome, code }: { outcome: string; code: string }): ReactNode {
  const words = useCode();
  return <><State family="bulk.outcome" code={outcome} tone={outcome === "refused" ? "bad" : outcome === "new" ? "busy" : outcome === "known" ? "plain" : "good"} />{code ? <span className="quiet"> · {words("refusal", code)}</span> : null}</>;
}

function Working({ bulk }: { bulk: Bulk }) {
  const { t } = useTranslation();
  const left = linesOf(bulk, bulk.state === "checking" ? "new" : "ready");
  const done = bulk.lines - left;
  return (
    <Sheet>
      <Progress percent={bulk.lines > 0 ? Math.floor((done / bulk.lines) * 100) : 0} status="active" />
      <p className="quiet">{t("bulk.progress", { done: exact(done), total: exact(bulk.lines) })}</p>
    </Sheet>
  );
}
