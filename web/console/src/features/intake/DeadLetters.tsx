import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { problemWords } from "../../shared/api/problemWords";
import { exact } from "../../shared/format/number";
import { useQueryState } from "../../shared/state/useQueryState";
import { useTyped } from "../../shared/state/useTyped";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ListPage } from "../../shared/ui/ListPage";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { Words } from "../../shared/ui/Words";
import { useSession } from "../session/useSession";
import { fetchDeadLetters, replayDeadLetter, replayDeadLetters } from "./api";

export function DeadLetters() {
  const { t } = useTranslation();
  const { can } = useSession();
  const navigate = useNavigate();
  const [state, set] = useQueryState({ state: "open", code: "", source: "", import: "" });
  const [code, setCode] = useTyped(state.code, (text) => set({ code: text }));
  const [source, setSource] = useTyped(state.source, (text) => set({ source: text }));
  const [selected, setSelected] = useState<string[]>([]);
  const [replayingAll, setReplayingAll] = useState(false);
  const chosen = useReplaySelected(() => setSelected([]));
  const mayReplay = can("intake:write") && state.state === "open";

  return (
    <>
      <ListPage
        name="dead-letters"
        filters={state}
        fetch={fetchDeadLetters}
        exported={{ path: "/v1/dead-letters/export.csv", title: t("dead.file") }}
        rowKey={(d) => d.id}
        onOpen={(d) => void navigate(`/intake/dead-letters/${d.id}`)}
        selection={mayReplay ? { keys: selected, onChange: setSelected } : undefined}
        filterBar={
          <>
            <Segmented value={state.state} onChange={(s) => { setSelected([]); set({ state: s }); }} options={["open", "replayed", "dropped", ""].map((s) => ({ value: s, label: t(`dead_state.${s || "all"}`) }))} />
            <Input allowClear value={code} onChange={(e) => setCode(e.target.value)} placeholder={t("dead.code")} aria-label={t("dead.code")} style={{ width: 192 }} />
            <Input allowClear value={source} onChange={(e) => setSource(e.target.value)} placeholder={t("intake.source")} aria-label={t("intake.source")} style={{ width: 152 }} />
            {state.import ? <Button onClick={() => set({ import: "" })}>{t("dead.only_import", { id: state.import })} ✕</Button> : null}
            <span className="grow" />
            {mayReplay && selected.length > 0 ? <Button loading={chosen.isPending} onClick={() => chosen.mutate(selected)}>{t("dead.replay_selected", { count: selected.length })}</Button> : null}
            {mayReplay ? <Button onClick={() => setReplayingAll(true)}>{t("dead.replay_all")}</Button> : null}
          </>
        }
        columns={[
          { key: "reason", title: t("dead.reason"), render: (_, d) => <div style={{ maxWidth: 480, whiteSpace: "normal" }}><b><Words family="refusal" code={d.code} /></b><div className="quiet">{d.detail}</div></div> },
          { key: "type", title: t("dead.type"), render: (_, d) => <Words family="event" code={d.type} /> },
          { key: "source", title: t("intake.source"), render: (_, d) => <span className="mono">{d.source}</span> },
          { key: "event", title: t("dead.event"), render: (_, d) => <span className="mono">{d.eventId}</span> },
          { key: "import", title: t("dead.import"), render: (_, d) => (d.importId ? <Link className="link" to={`/intake/imports/${d.importId}`}>{t("dead.import_row", { row: d.importRow })}</Link> : <span className="faint">—</span>) },
          { key: "state", title: t("dead.state"), render: (_, d) => <State family="dead_state" code={d.state} /> },
          { key: "at", title: t("dead.at"), render: (_, d) => <When at={d.lastAt} /> },
        ]}
        empty={state.state === "open" && !state.code && !state.source ? <EmptyState title={t("dead.empty")}>{t("dead.empty_text")}</EmptyState> : <EmptyState title={t("dead.none_found")} />}
      />
      {replayingAll ? <ReplayAll filter={{ code: state.code, source: state.source, import: state.import, state: "open" }} onClose={() => setReplayingAll(false)} /> : null}
    </>
  );
}

/** One after the other, so that what works is told from what does not. */
function useReplaySelected(onDone: () => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (ids: string[]) => {
      let applied = 0;
      for (const id of ids) {
        const replay = await replayDeadLetter(id);
        if (replay.status === "applied" || replay.status === "duplicate") applied++;
      }
      return { applied, failed: ids.length - applied };
    },
    onSuccess: ({ applied, failed }) => {
      void message.info(t("dead.replayed_some", { applied: exact(applied), failed: exact(failed) }));
      onDone();
    },
    onError: (error) => void message.error(problemWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["dead-letters"] }),
  });
}

function ReplayAll({ filter, onClose }: { filter: Record<string, string>; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const first = useQuery({ queryKey: ["dead-letters", "count", filter], queryFn: ({ signal }) => fetchDeadLetters({ ...filter, limit: "200" }, null, signal) });
  const replaying = useMutation({
    mutationFn: () => replayDeadLetters(filter),
    onSuccess: (done) => {
      void message.info(t("dead.replayed_some", { applied: exact(done.settled), failed: exact(done.replayed - done.settled) }) + (done.more ? t("dead.replay_more") : ""));
      void queries.invalidateQueries({ queryKey: ["dead-letters"] });
      onClose();
    },
  });
  const letters = first.data?.items ?? [];
  const count = first.data?.next ? null : letters.length;
  const none = first.isSuccess && letters.length === 0;
  return (
    <Modal open title={t("dead.replay_all")} onCancel={onClose} onOk={() => replaying.mutate()} okText={first.data?.next ? t("dead.replay_over", { count: letters.length }) : count === null ? t("dead.replay") : t("dead.replay_count", { count, rows: exact(count) })} okButtonProps={{ disabled: none || first.isPending }} confirmLoading={replaying.isPending}>
      <ProblemAlert error={replaying.error ?? first.error} />
      <p>{none ? t("dead.none_found") : t("dead.replay_means")}</p>
      <ul className="diff" style={{ marginTop: 12 }}>
        {letters.slice(0, 3).map((d) => <li key={d.id} className="changed"><span className="mono">{d.source}/{d.eventId}</span> {d.detail}</li>)}
      </ul>
    </Modal>
  );
}
