import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Progress, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { short } from "../../shared/format/number";
import { duration, instant } from "../../shared/format/time";
import { useQueryState } from "../../shared/state/useQueryState";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ListPage } from "../../shared/ui/ListPage";
import { Page } from "../../shared/ui/Page";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { Words } from "../../shared/ui/Words";
import { problemWords } from "../../shared/api/problemWords";
import { useSession } from "../session/useSession";
import { cancelJob, fetchJobs, type Job, runs } from "./api";

export function JobsPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const [state, set] = useQueryState({ state: "" });
  const cancelling = useMutation({
    mutationFn: cancelJob,
    onSettled: () => queries.invalidateQueries({ queryKey: ["jobs"] }),
    onError: (error) => void message.error(problemWords(error)),
  });
  const askToCancel = (job: Job) =>
    modal.confirm({ title: t("jobs.cancel_title", { title: job.title }), content: t("jobs.cancel_text"), okText: t("jobs.cancel"), okButtonProps: { danger: true }, cancelText: t("action.keep"), onOk: () => cancelling.mutateAsync(job.id) });

  return (
    <Page title={t("nav.jobs")} answer={t("jobs.answer")}>
      <ListPage
        name="jobs"
        filters={state}
        fetch={fetchJobs}
        refetchMs={3000}
        rowKey={(j) => j.id}
        filterBar={<Segmented value={state.state} onChange={(s) => set({ state: s })} options={["", "running", "done", "failed", "cancelled"].map((s) => ({ value: s, label: t(`job_state.${s || "all"}`) }))} />}
        columns={[
          { key: "title", title: t("jobs.title"), render: (_, j) => <>{j.kind === "import" ? <Link className="link" to={`/intake/imports/${j.id}`}>{j.title || j.id}</Link> : j.kind === "identity_matching" ? <Link className="link" to="/members/review">{t("job_title.identity_matching")}</Link> : j.kind === "identity_rebuild" || j.kind === "identity_trial" ? <Link className="link" to="/definitions/identity/default">{t(`job_title.${j.kind}`)}</Link> : j.title || j.id}<div className="faint"><Words family="job_kind" code={j.kind} /></div></> },
          { key: "state", title: t("jobs.state"), render: (_, j) => <State family="job_state" code={j.state} /> },
          { key: "progress", title: t("jobs.progress"), width: 260, render: (_, j) => <JobProgress job={j} /> },
          { key: "started", title: t("jobs.started"), render: (_, j) => <When at={j.startedAt ?? j.createdAt} /> },
          { key: "took", title: t("jobs.took"), render: (_, j) => <Took job={j} /> },
          { key: "by", title: t("jobs.by"), render: (_, j) => j.createdBy, extra: true },
          { key: "error", title: t("jobs.error"), render: (_, j) => <span className="bad">{j.error}</span> },
          { key: "action", title: t("jobs.action"), align: "right", render: (_, j) => (runs(j.state) && can("jobs:write") ? <Button size="small" onClick={() => askToCancel(j)}>{t("jobs.cancel")}</Button> : null) },
        ]}
        empty={<EmptyState title={t("jobs.empty")}>{t("jobs.empty_text")}</EmptyState>}
      />
    </Page>
  );
}

function JobProgress({ job }: { job: Job }) {
  const { t } = useTranslation();
  if (job.state === "waiting") return <span className="faint">{t("jobs.in_line")}</span>;
  if (job.total === 0) return <span>{t("jobs.done_so_far", { done: short(job.done) })}</span>;
  return (
    <div>
      <Progress percent={Math.floor((job.done / job.total) * 100)} size="small" status={job.state === "failed" ? "exception" : job.state === "running" ? "active" : "normal"} />
      <div className="faint" style={{ fontSize: 12.5 }}>{t("jobs.done_of", { done: short(job.done), total: short(job.total) })}</div>
    </div>
  );
}

function Took({ job }: { job: Job }) {
  const from = instant(job.startedAt);
  const to = instant(job.endedAt);
  return from && to ? <>{duration((to.getTime() - from.getTime()) / 1000)}</> : <span className="faint">—</span>;
}
