import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { exact } from "../../shared/format/number";
import { useQueryState } from "../../shared/state/useQueryState";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ListPage } from "../../shared/ui/ListPage";
import { MetricCard } from "../../shared/ui/MetricCard";
import { Count } from "../../shared/ui/Numbers";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { Words } from "../../shared/ui/Words";
import { PersonLink } from "../person/PersonLink";
import { fetchEntries, fetchJourneys } from "./api";

export function JourneyPage() {
  const { t } = useTranslation();
  const { name = "" } = useParams();
  const navigate = useNavigate();
  const [state, set] = useQueryState({ state: "" });
  const all = useQuery({ queryKey: ["journeys"], queryFn: ({ signal }) => fetchJourneys(signal) });
  const journey = all.data?.find((j) => j.name === name);
  return (
    <Page
      title={journey?.title ?? name}
      crumbs={[{ to: "/journeys", title: t("nav.journeys") }]}
      answer={journey ? t("journey.one_answer", { entered: exact(journey.waiting + journey.ended), waiting: exact(journey.waiting), version: journey.version }) : undefined}
      tools={<Button onClick={() => void navigate(`/definitions/journey/${encodeURIComponent(name)}`)}>{t("definition.open")}</Button>}
    >
      <div className="stack">
        {all.isError ? <ProblemAlert error={all.error} /> : null}
        {journey ? (
          <div className="cards">
            <MetricCard label={t("journey.waiting")} value={<Count value={journey.waiting} />} explanation={{ definition: t("journey.waiting_means") }} />
            <MetricCard label={t("journey.ended")} value={<Count value={journey.ended} />} />
            <MetricCard label={t("journey.sent")} value={<Count value={journey.sent} />} />
            <MetricCard label={t("journey.skipped")} value={<Count value={journey.skipped} />} explanation={{ definition: t("journey.skipped_means") }} />
          </div>
        ) : null}
        <ListPage
          name="journey-entries"
          filters={{ journey: name, state: state.state }}
          fetch={(_, cursor, signal) => fetchEntries(name, { state: state.state }, cursor, signal)}
          rowKey={(e) => e.id}
          filterBar={<Segmented value={state.state} onChange={(s) => set({ state: s })} options={["", "waiting", "ended"].map((s) => ({ value: s, label: t(`journey.state.${s || "all"}`) }))} />}
          columns={[
            { key: "person", title: t("orders.person"), render: (_, e) => <PersonLink id={e.personId} name={e.personName} /> },
            { key: "state", title: t("journey.entry_state"), render: (_, e) => <State family="journey.state" code={e.state} tone={e.state === "ended" ? "plain" : "busy"} /> },
            { key: "node", title: t("journey.node"), render: (_, e) => <span className="mono">{e.node}</span> },
            { key: "due", title: t("journey.due"), render: (_, e) => <When at={e.dueAt} /> },
            { key: "entered", title: t("journey.entered"), render: (_, e) => <When at={e.enteredAt} /> },
            { key: "ended", title: t("journey.ended_at"), render: (_, e) => <When at={e.endedAt} /> },
            { key: "reason", title: t("journey.end_reason"), render: (_, e) => <Words family="end_reason" code={e.endReason} /> },
            { key: "version", title: t("journey.version"), align: "right", render: (_, e) => `v${e.version}`, extra: true },
          ]}
          empty={<EmptyState title={t("journey.nobody")}>{t("journey.nobody_text")}</EmptyState>}
        />
      </div>
    </Page>
  );
}
