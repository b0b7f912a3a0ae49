import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Progress } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { problemWords } from "../../shared/api/problemWords";
import { exact, signed } from "../../shared/format/number";
import { Loaded } from "../../shared/ui/Loaded";
import { Page, Sheet } from "../../shared/ui/Page";
import { cancelJob, runs } from "../jobs/api";
import { useSession } from "../session/useSession";
import { fetchSimulation, type Simulation } from "./api";
import { ReportOfSimulation } from "./ReportOfSimulation";

/** One simulation: its progress, then what came of it. */
export function SimulationPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const navigate = useNavigate();
  const query = useQuery({ queryKey: ["simulation", id], queryFn: ({ signal }) => fetchSimulation(id, signal), refetchInterval: (q) => (q.state.data && runs(q.state.data.state) ? 700 : false) });
  const simulation = query.data;
  const own = simulation?.report?.own;
  return (
    <Page
      title={simulation ? (simulation.draftVersion === null ? t("simulation.title") : t("simulation.title_of", { version: simulation.draftVersion })) : t("simulation.title")}
      crumbs={[{ to: "/loyalty", title: t("nav.loyalty") }, { to: "/loyalty/simulations", title: t("simulation.title") }]}
      answer={own ? t("simulation.says", { issued: signed(own.draft.issued - own.draft.takenBack - own.live.issued + own.live.takenBack), owed: signed(own.draft.liability - own.live.liability), gain: exact(own.people.gain), lose: exact(own.people.lose), same: exact(own.people.same) }) : undefined}
      tools={simulation?.draftVersion ? <Button onClick={() => void navigate(`/definitions/program/${encodeURIComponent(simulation.program)}?version=${simulation.draftVersion}`)}>{t("simulation.see_draft")}</Button> : undefined}
    >
      <Loaded query={query} rows={12}>{(s) => (s.report ? <ReportOfSimulation report={s.report} /> : <Running simulation={s} />)}</Loaded>
    </Page>
  );
}

function Running({ simulation }: { simulation: Simulation }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const cancelling = useMutation({ mutationFn: () => cancelJob(simulation.id), onSettled: () => queries.invalidateQueries({ queryKey: ["simulation", simulation.id] }), onError: (error) => void message.error(problemWords(error)) });
  if (!runs(simulation.state)) return <Alert showIcon type={simulation.state === "failed" ? "error" : "info"} title={t(simulation.state === "failed" ? "simulation.failed" : "simulation.cancelled")} description={simulation.error || undefined} />;
  return (
    <Sheet title={t("simulation.running")} tools={can("jobs:write") ? <Button size="small" loading={cancelling.isPending} onClick={() => cancelling.mutate()}>{t("jobs.cancel")}</Button> : undefined}>
      <Progress percent={simulation.total > 0 ? Math.round((simulation.done / simulation.total) * 100) : 0} aria-label={t("simulation.running")} />
      <p className="quiet" style={{ margin: 0 }}>{t("simulation.progress", { done: exact(simulation.done), total: exact(simulation.total) })}</p>
    </Sheet>
  );
}
