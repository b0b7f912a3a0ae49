import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemWords } from "../../shared/api/problemWords";
import { Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { When } from "../../shared/ui/When";
import { cancelJob, runs } from "../jobs/api";
import { useJob, useNewestJob } from "../review/useJob";
import { useSession } from "../session/useSession";
import { rebuild, reportOf, tryRules } from "./api";
import { ReportOf } from "./ReportOf";
import { JobBar } from "./RulesConsequence";

/** Everybody anew by the rules in force: seen first, then begun; it goes on when the page is left. */
export function RebuildPanel() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { message } = App.useApp();
  const [asking, setAsking] = useState(false);
  const { job, refresh } = useNewestJob("identity_rebuild", can("jobs:read"));
  const cancelling = useMutation({ mutationFn: cancelJob, onSettled: refresh, onError: (error) => void message.error(problemWords(error)) });
  const running = job !== undefined && runs(job.state);
  const report = job && job.state === "done" ? reportOf(job.detail) : null;
  if (!can("definitions:write")) return null;
  return (
    <Sheet
      title={t("rules.rebuild")}
      note={job?.endedAt ? <>{t(`rules.last_${job.state}`)} <When at={job.endedAt} /></> : undefined}
      tools={running ? (can("jobs:write") ? <Button size="small" onClick={() => cancelling.mutate(job.id)}>{t("jobs.cancel")}</Button> : undefined) : <Button size="small" onClick={() => setAsking(true)}>{t("rules.rebuild_ask")}</Button>}
    >
      {running ? <><JobBar job={job} /><p className="quiet" style={{ margin: 0 }}>{t("rules.goes_on")}</p></> : report ? <ReportOf report={report} done /> : <p className="quiet" style={{ margin: 0 }}>{t("rules.rebuild_text")}</p>}
      {asking ? <Ask onClose={() => setAsking(false)} onBegun={refresh} /> : null}
    </Sheet>
  );
}

function Ask({ onClose, onBegun }: { onClose: () => void; onBegun: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [trial, setTrial] = useState<string | null>(null);
  const trying = useMutation({ mutationFn: () => tryRules(null), onSuccess: setTrial });
  const { mutate: begin } = trying;
  useEffect(() => begin(), [begin]);
  const job = useJob(trial);
  const report = job ? reportOf(job.detail) : null;
  const beginning = useMutation({
    mutationFn: rebuild,
    onSuccess: () => {
      onBegun();
      onClose();
      void queries.invalidateQueries({ queryKey: ["jobs"] });
    },
  });
  return (
    <Modal open width={720} title={t("rules.rebuild_title")} onCancel={onClose} onOk={() => beginning.mutate()} okText={t("rules.rebuild_do")} okButtonProps={{ disabled: report === null, danger: (report?.affected ?? 0) > 0 }} confirmLoading={beginning.isPending}>
      <div className="stack" style={{ gap: 12 }}>
        <ProblemAlert error={trying.error ?? beginning.error} />
        {report ? <ReportOf report={report} /> : job?.state === "failed" ? <p className="bad">{job.error}</p> : <JobBar job={job} />}
      </div>
    </Modal>
  );
}
