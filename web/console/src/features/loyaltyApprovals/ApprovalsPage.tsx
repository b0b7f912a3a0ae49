import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm, Segmented, Table, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { toProblem } from "../../shared/api/problem";
import { problemWords } from "../../shared/api/problemWords";
import { exact } from "../../shared/format/number";
import { useQueryState } from "../../shared/state/useQueryState";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Loaded } from "../../shared/ui/Loaded";
import { Page, Sheet } from "../../shared/ui/Page";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { useLedgers } from "../loyalty/useLedgers";
import { useSession } from "../session/useSession";
import { type Approval, decide, fetchAdjustments, fetchBulk, fetchShortfalls, type Kind } from "./api";

const fetchers = { adjustment: fetchAdjustments, shortfall: fetchShortfalls, bulk: fetchBulk };

/** Points that wait for a second person, and what splits left owing: one list of what somebody has to say yes or no to. */
export function ApprovalsPage() {
  const { t } = useTranslation();
  const [state, set] = useQueryState({ state: "awaiting" });
  return (
    <Page title={t("approvals.title")} crumbs={[{ to: "/loyalty", title: t("nav.loyalty") }]} answer={t("approvals.answer")}>
      <div className="filters">
        <Segmented value={state.state} onChange={(v) => set({ state: v })} options={["awaiting", "approved", "rejected"].map((value) => ({ value, label: t(`approvals.state.${value}`) }))} aria-label={t("approvals.state_title")} />
      </div>
      <div className="stack">
        <ListOf kind="adjustment" state={state.state} />
        <ListOf kind="bulk" state={state.state} />
        <ListOf kind="shortfall" state={state.state} />
      </div>
    </Page>
  );
}

function ListOf({ kind, state }: { kind: Kind; state: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ["approvals", kind, state],
    queryFn: ({ pageParam, signal }) => fetchers[kind](state, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  return (
    <Sheet title={t(`approvals.of.${kind}`)} note={t(`approvals.of_means.${kind}`)} flush>
      <Loaded query={query} rows={3}>
        {(data) => {
          const items = data.pages.flatMap((p) => p.items);
          return items.length === 0 ? <EmptyState title={t(state === "awaiting" ? "approvals.none" : "approvals.none_such")} /> : (
            <>
              <Rows items={items} />
              {query.hasNextPage ? <div style={{ padding: 12, textAlign: "center" }}><Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t("approvals.more")}</Button></div> : null}
            </>
          );
        }}
      </Loaded>
    </Sheet>
  );
}

function Rows({ items }: { items: Approval[] }) {
  const { t } = useTranslation();
  const person = (id: string) => (id === "" ? <span className="faint">{t("approvals.program")}</span> : <Link className="link mono" to={`/members/${id}`}>#{id}</Link>);
  const ledgers = useLedgers();
  const isShortfall = items[0]?.kind === "shortfall";
  const isBulk = items[0]?.kind === "bulk";
  return (
    <Table size="middle" rowKey="id" dataSource={items} pagination={false} columns={[
      isBulk
        ? { title: t("approvals.list"), render: (_: unknown, a: Approval) => <Link className="link" to={`/loyalty/bulk/${a.id}`}>{t("approvals.list_of", { id: a.id, count: Number(a.otherId), lines: exact(Number(a.otherId)) })}</Link> }
        : { title: t(isShortfall ? "approvals.bearer" : "approvals.member"), render: (_: unknown, a: Approval) => person(a.personId) },
      ...(isShortfall ? [{ title: t("approvals.debtor"), render: (_: unknown, a: Approval) => person(a.otherId) }] : []),
      { title: t("approvals.points"), align: "right", render: (_, a) => <b>{isShortfall ? ledgers.count(a.program, a.type, a.points) : ledgers.signed(a.program, a.type, a.points)}</b> },
      { title: t("points.type"), render: (_, a) => <>{ledgers.typeTitle(a.program, a.type)} <span className="faint">{ledgers.programTitle(a.program)}</span></> },
      ...(isShortfall ? [{ title: t("approvals.by_program"), align: "right" as const, render: (_: unknown, a: Approval) => ledgers.count(a.program, a.type, a.borneByProgram) }] : [
        { title: t("approvals.reason"), render: (_: unknown, a: Approval) => a.reason },
        { title: t("approvals.asked_by"), render: (_: unknown, a: Approval) => a.requestedBy },
      ]),
      { title: t("approvals.at"), render: (_, a) => <When at={a.at} /> },
      { title: t("approvals.decision"), align: "right", render: (_, a) => (a.state === "awaiting" ? <Decide approval={a} /> : <><State family="approvals.state" code={a.state} /> <span className="faint">{a.decidedBy} {a.decidedAt ? <When at={a.decidedAt} /> : null}</span></>) },
    ]} />
  );
}

function Decide({ approval }: { approval: Approval }) {
  const { t } = useTranslation();
  const { session, can } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const deciding = useMutation({
    mutationFn: (approve: boolean) => decide(approval, approve),
    onSuccess: (_, approve) => void message.success(t(approve ? "approvals.approved" : "approvals.rejected")),
    onError: (error) => void message.error(toProblem(error).code === "same_person" ? t("approvals.own") : problemWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["approvals"] }),
  });
  // Who asked may not decide; the server says so too.
  const isOwn = approval.requestedBy !== "" && approval.requestedBy === `user:${session?.user ?? ""}`;
  if (!can("loyalty:write")) return null;
  const buttons = (
    <span className="row" style={{ justifyContent: "flex-end", gap: 8 }}>
      <Popconfirm title={t(`approvals.approve_means.${approval.kind}`)} okText={t("approvals.approve")} cancelText={t("action.cancel")} onConfirm={() => deciding.mutate(true)} disabled={isOwn}>
        <Button size="small" type="primary" disabled={isOwn} loading={deciding.isPending}>{t("approvals.approve")}</Button>
      </Popconfirm>
      <Popconfirm title={t(`approvals.reject_means.${approval.kind}`)} okText={t("approvals.reject")} cancelText={t("action.cancel")} onConfirm={() => deciding.mutate(false)} disabled={isOwn}>
        <Button size="small" disabled={isOwn}>{t("approvals.reject")}</Button>
      </Popconfirm>
    </span>
  );
  return isOwn ? <Tooltip title={t("approvals.own")}>{buttons}</Tooltip> : buttons;
}
