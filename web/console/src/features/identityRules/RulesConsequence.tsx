import { useMutation } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { type Job, runs } from "../jobs/api";
import { useJob } from "../review/useJob";
import { phaseOf, reportOf, tryRules } from "./api";
import { ReportOf } from "./ReportOf";

/** What the rules would change, tried on all that is known. Changes nothing. */
export function RulesConsequence({ body }: { body: unknown }) {
  const { t } = useTranslation();
  const [tried, setTried] = useState<{ job: string; body: string } | null>(null);
  const now = JSON.stringify(body);
  const trying = useMutation({ mutationFn: () => tryRules(body), onSuccess: (job) => setTried({ job, body: now }) });
  const job = useJob(tried?.job ?? null);
  const report = job ? reportOf(job.detail) : null;
  const running = trying.isPending || (tried !== null && (!job || runs(job.state)));
  return (
    <Sheet title={t("rules.what_if")} tools={<Button size="small" type={tried?.body === now ? "default" : "primary"} loading={running} onClick={() => trying.mutate()}>{t("rules.try")}</Button>}>
      <ProblemAlert error={trying.error} />
      {tried === null ? <p className="quiet" style={{ margin: 0 }}>{t("rules.what_if_text")}</p> : null}
      {running ? <JobBar job={job} /> : null}
      {job?.state === "failed" ? <p className="bad">{job.error}</p> : null}
      {report ? <>{tried?.body === now ? null : <p className="warn">{t("rules.changed_since")}</p>}<ReportOf report={report} /></> : null}
    </Sheet>
  );
}

/** How far a job of the rules is, in words. */
export function JobBar({ job }: { job: Job | undefined }) {
  const { t } = useTranslation();
  const phase = job ? phaseOf(job.detail) : "";
  return <div><span className="faint">{t(`rules.phase.${phase || "waiting"}`)}</span>{job && job.total > 0 ? <Progress percent={Math.floor((100 * job.done) / job.total)} size="small" /> : null}</div>;
}
