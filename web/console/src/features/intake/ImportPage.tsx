import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { problemWords } from "../../shared/api/problemWords";
import { exact } from "../../shared/format/number";
import { duration, instant } from "../../shared/format/time";
import { Facts } from "../../shared/ui/Facts";
import { Loaded } from "../../shared/ui/Loaded";
import { MetricCard } from "../../shared/ui/MetricCard";
import { Count } from "../../shared/ui/Numbers";
import { Page, Sheet } from "../../shared/ui/Page";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { useSession } from "../session/useSession";
import { cancelImport, fetchImport, type Import, resumeImport } from "./api";
import { BadRowsList } from "./BadRowsList";
import { ImportProgress } from "./ImportProgress";

const active = (state: string | undefined) => state === "running" || state === "waiting";

export function ImportPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const { can } = useSession();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const query = useQuery({ queryKey: ["import", id], queryFn: ({ signal }) => fetchImport(id, signal), refetchInterval: (q) => (active(q.state.data?.state) ? 1000 : false) });
  const run = query.data;
  const act = useMutation({
    mutationFn: (action: "resume" | "cancel") => (action === "resume" ? resumeImport(id) : cancelImport(id)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["import", id] }),
    onError: (error) => void message.error(problemWords(error)),
  });
  const cancel = () => modal.confirm({ title: t("import.cancel_title"), content: t("import.cancel_text"), okText: t("import.cancel"), okButtonProps: { danger: true }, cancelText: t("action.keep"), onOk: () => act.mutateAsync("cancel") });

  return (
    <Page
      title={run?.file ?? t("import.one")}
      crumbs={[{ to: "/intake?tab=imports", title: t("intake.tab.imports") }]}
      answer={run ? <Answer run={run} /> : undefined}
      tools={run && can("intake:write") ? (active(run.state) ? <Button onClick={cancel}>{t("import.cancel")}</Button> : run.state === "failed" || run.state === "cancelled" ? <Button type="primary" loading={act.isPending} onClick={() => act.mutate("resume")}>{t("import.resume")}</Button> : null) : undefined}
    >
      <Loaded query={query}>{(i) => <Body run={i} />}</Loaded>
    </Page>
  );
}

function Answer({ run }: { run: Import }) {
  const { t } = useTranslation();
  if (active(run.state)) return <>{t("import.answer_running")}</>;
  if (run.state === "done") return run.rejected + run.rowsDead === 0 ? <>{t("import.answer_done", { applied: exact(run.applied), duplicate: exact(run.duplicate) })}</> : <>{t("import.answer_done_bad", { applied: exact(run.applied), rejected: exact(Math.max(run.rejected, run.rowsDead)) })}</>;
  return <>{t("import.answer_stopped")}</>;
}

function Body({ run }: { run: Import }) {
  const { t } = useTranslation();
  const from = instant(run.startedAt);
  const to = instant(run.endedAt);
  const bad = Math.max(run.rejected, run.rowsDead);
  return (
    <div className="stack">
      {run.error ? <Alert type="error" showIcon title={t("import.failed")} description={run.error} /> : null}
      <Sheet title={<State family="job_state" code={run.state} />}><ImportProgress of={run} /></Sheet>
      <div className="cards">
        <MetricCard label={t("import.rows")} value={<Count value={run.rowsRead} />} note={run.rowsSkipped ? t("import.skipped_rows", { count: run.rowsSkipped, rows: exact(run.rowsSkipped) }) : null} />
        <MetricCard label={t("import.events")} value={<Count value={run.events} />} explanation={{ definition: t("import.events_means") }} />
        <MetricCard label={t("import.applied")} value={<Count value={run.applied} />} explanation={{ definition: t("import.applied_means") }} />
        <MetricCard label={t("import.duplicate")} value={<Count value={run.duplicate} />} explanation={{ definition: t("import.duplicate_means") }} />
        <MetricCard label={t("import.declined")} value={<Count value={run.declined} />} explanation={{ definition: t("import.declined_means") }} />
        <MetricCard label={t("import.rejected")} value={<span className={bad > 0 ? "bad" : ""}><Count value={bad} /></span>} note={bad > 0 ? <Link className="link" to={`/intake?tab=dead&import=${run.id}`}>{t("import.see_dead")}</Link> : null} explanation={{ definition: t("import.rejected_means") }} />
      </div>
      {run.problems.length > 0 ? <Sheet title={t("import.bad_rows")}><BadRowsList problems={run.problems} /></Sheet> : null}
      <Sheet title={t("import.about")}>
        <Facts of={[[t("import.started"), <When at={run.startedAt ?? run.createdAt} exactly />], [t("jobs.took"), from && to ? duration((to.getTime() - from.getTime()) / 1000) : null], [t("import.pace"), from && to && to > from ? t("import.rows_per_second", { rows: exact(Math.round(run.rowsRead / ((to.getTime() - from.getTime()) / 1000))) }) : null], [t("import.mapping"), <span className="mono">{run.mapping}</span>], [t("jobs.by"), run.createdBy]]} />
      </Sheet>
    </div>
  );
}
