import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, InputNumber, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { exact, percent } from "../../shared/format/number";
import { useQueryState } from "../../shared/state/useQueryState";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Loaded } from "../../shared/ui/Loaded";
import { Page, Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { useSession } from "../session/useSession";
import { fetchSimulations, startSimulation } from "./api";

/** Begins a simulation of a program's draft, and lists those that were run. */
export function SimulationsPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const query = useQuery({ queryKey: ["simulations"], queryFn: ({ signal }) => fetchSimulations(null, signal), refetchInterval: (q) => (q.state.data?.items.some((s) => s.state === "running" || s.state === "waiting") ? 1000 : false) });
  return (
    <Page title={t("simulation.title")} crumbs={[{ to: "/loyalty", title: t("nav.loyalty") }]} answer={t("simulation.answer")}>
      <div className="stack">
        {can("definitions:write") ? <Begin /> : null}
        <Sheet title={t("simulation.earlier")} flush>
          <Loaded query={query} rows={5}>
            {(list) => list.items.length === 0 ? <EmptyState title={t("simulation.none")}>{t("simulation.none_text")}</EmptyState> : (
              <Table size="middle" rowKey="id" dataSource={list.items} pagination={false} columns={[
                { title: t("simulation.what"), render: (_, s) => <Link className="link" to={`/loyalty/simulations/${s.id}`}>{s.draftVersion === null ? t("simulation.document") : t("definition.version") + ` v${s.draftVersion}`}</Link> },
                { title: t("simulation.sample"), align: "right", render: (_, s) => percent(s.samplePercent / 100, 0) },
                { title: t("simulation.state"), render: (_, s) => <>{<State family="job_state" code={s.state} />}{s.state === "running" && s.total > 0 ? <span className="faint"> {percent(s.done / s.total, 0)}</span> : null}</> },
                { title: t("simulation.by"), render: (_, s) => s.createdBy },
                { title: t("simulation.at"), render: (_, s) => <When at={s.createdAt} /> },
              ]} />
            )}
          </Loaded>
        </Sheet>
      </div>
    </Page>
  );
}

function Begin() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [state] = useQueryState({ program: "default", version: "" });
  const [sample, setSample] = useState(100);
  const [months, setMonths] = useState(24);
  const [value, setValue] = useState<number | null>(null);
  const starting = useMutation({
    mutationFn: () => startSimulation({ program: state.program || "default", version: state.version === "" ? null : Number(state.version), sample_percent: sample, months, value_minor_per_1000: value === null ? null : Math.round(value * 100) }),
    onSuccess: (s) => navigate(`/loyalty/simulations/${s.id}`),
  });
  return (
    <Sheet title={state.version === "" ? t("simulation.begin_newest") : t("simulation.begin", { version: state.version })} note={t("simulation.changes_nothing")}>
      <ProblemAlert error={starting.error} />
      <div className="filters" style={{ alignItems: "flex-end" }}>
        <label>{t("simulation.sample")}<br /><InputNumber min={1} max={100} value={sample} onChange={(v) => setSample(v ?? 100)} suffix="%" style={{ width: 120 }} /></label>
        <label>{t("simulation.months")}<br /><InputNumber min={1} max={120} value={months} onChange={(v) => setMonths(v ?? 24)} style={{ width: 120 }} /></label>
        <label>{t("simulation.value")}<br /><InputNumber min={0} value={value} onChange={setValue} placeholder={t("simulation.value_default")} style={{ width: 220 }} /></label>
        <Button type="primary" loading={starting.isPending} onClick={() => starting.mutate()}>{t("simulation.start")}</Button>
      </div>
      <p className="faint" style={{ marginBottom: 0 }}>{sample < 100 ? t("simulation.sample_means", { share: exact(sample) }) : t("simulation.all_means")}</p>
    </Sheet>
  );
}
