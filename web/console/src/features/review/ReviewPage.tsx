import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Segmented, Table } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemWords } from "../../shared/api/problemWords";
import { exact, percent } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import { useQueryState } from "../../shared/state/useQueryState";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Loaded } from "../../shared/ui/Loaded";
import { Percent } from "../../shared/ui/Numbers";
import { Page, Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { When } from "../../shared/ui/When";
import { runs } from "../jobs/api";
import { fetchPreview } from "../person/identity";
import { PreviewOf } from "../person/PreviewOf";
import { useSession } from "../session/useSession";
import { type Answer, answerPair, compare, fetchEvaluation, fetchQueue, type Pair, type PairState, pairStates, type Queue, takeBack } from "./api";
import { PairCard } from "./PairCard";
import { useNewestJob } from "./useJob";

/** So many are fetched at once: an hour's work. */
const atOnce = 200;

const isState = (state: string): state is PairState => pairStates.some((s) => s === state);

export function ReviewPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const queries = useQueryClient();
  const [url, set] = useQueryState({ state: "waiting" });
  const state = isState(url.state) ? url.state : "waiting";
  const [round, setRound] = useState(0);
  // Kept as it was fetched: who answers goes through a list that does not move under the hands.
  const query = useQuery({ queryKey: ["pairs", state, round], queryFn: ({ signal }) => fetchQueue(state, atOnce, signal), staleTime: Infinity, gcTime: 0 });
  const again = useCallback(() => setRound((r) => r + 1), []);
  const counts = query.data?.counts;
  return (
    <Page
      title={t("review.title")}
      crumbs={[{ to: "/members", title: t("members.title") }]}
      answer={counts ? (counts.waiting > 0 ? t("review.answer", { count: counts.waiting }) : t("review.answer_none")) : undefined}
      tools={can("persons:write") ? <Comparing onEnd={() => { again(); void queries.invalidateQueries({ queryKey: ["evaluation"] }); }} /> : undefined}
    >
      <div className="filters">
        <Segmented value={state} onChange={(s) => set({ state: s })} options={pairStates.map((s) => ({ value: s, label: counts ? `${t(`pair_state.${s}`)} ${exact(counts[s])}` : t(`pair_state.${s}`) }))} />
      </div>
      <div className="stack">
        <Loaded query={query} rows={10}>{(queue) => queue.pairs.length === 0 ? <Nothing state={state} counts={queue.counts} /> : <Desk key={`${state}/${round}`} queue={queue} state={state} onAgain={again} />}</Loaded>
        <HowWell />
      </div>
    </Page>
  );
}

/** The pairs one by one, with both hands on the keyboard. */
function Desk({ queue, state, onAgain }: { queue: Queue; state: PairState; onAgain: () => void }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [at, setAt] = useState(0);
  const [changed, setChanged] = useState<Record<string, Pair>>({});
  const [answered, setAnswered] = useState<number[]>([]);
  const [previewing, setPreviewing] = useState(false);
  const pair = queue.pairs[at]!;
  const now = changed[pair.id] ?? pair;
  const isOpen = now.state === "waiting" || now.state === "later" || now.state === "linked";
  const total = Math.max(queue.counts[state], queue.pairs.length);
  const mayAnswer = can("persons:write");

  const keep = (after: Pair) => {
    setChanged((all) => ({ ...all, [after.id]: after }));
    void queries.invalidateQueries({ queryKey: ["evaluation"] });
    void queries.invalidateQueries({ queryKey: ["person"] });
  };
  const go = (to: number) => {
    setPreviewing(false);
    setAt(Math.max(0, Math.min(queue.pairs.length - 1, to)));
  };
  const answering = useMutation({
    mutationFn: ({ answer }: { answer: Answer }) => answerPair(pair.id, answer, crypto.randomUUID()),
    onSuccess: (after) => {
      keep(after);
      setAnswered((all) => [...all, at]);
      go(at + 1);
    },
    onError: (error) => void message.error(problemWords(error)),
  });
  const undoing = useMutation({
    mutationFn: (index: number) => takeBack(queue.pairs[index]!.id),
    onSuccess: (after, index) => {
      keep(after);
      setAnswered((all) => all.filter((i) => i !== index));
      go(index);
      void message.info(t("review.taken_back"));
    },
    onError: (error) => void message.error(problemWords(error)),
  });
  const busy = answering.isPending || undoing.isPending;
  // The last answer of this sitting; without one, that of the pair that is shown.
  const undone = answered.at(-1) ?? (now.state === "same" || now.state === "different" ? at : undefined);
  const act = (key: string): boolean => {
    if (key === "ArrowRight" || key === "ArrowDown") go(at + 1);
    else if (key === "ArrowLeft" || key === "ArrowUp") go(at - 1);
    else if (key === "p") setPreviewing((p) => !p && now.a.person !== now.b.person);
    else if (!mayAnswer || busy) return false;
    else if (key === "z" && undone !== undefined) undoing.mutate(undone);
    else if (isOpen && key === "y") answering.mutate({ answer: "same" });
    else if (isOpen && key === "n") answering.mutate({ answer: "different" });
    else if (isOpen && key === "l" && now.state === "waiting") answering.mutate({ answer: "later" });
    else return false;
    return true;
  };
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || (e.target as Element | null)?.closest("input, textarea, select, [role=dialog], [role=radiogroup], .ant-segmented")) return;
      if (act(e.key.length === 1 ? e.key.toLowerCase() : e.key)) e.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });

  const done = Object.values(changed).filter((p) => p.state !== state).length;
  return (
    <Sheet
      title={t("review.place", { at: at + 1, total })}
      note={t("review.probability", { probability: percent(Math.min(now.probability, 0.9999), now.probability > 0.99 ? 2 : 0) })}
      tools={<><Button size="small" aria-label={t("review.before")} disabled={at === 0} onClick={() => go(at - 1)}>←</Button><Button size="small" aria-label={t("review.after")} disabled={at === queue.pairs.length - 1} onClick={() => go(at + 1)}>→</Button></>}
    >
      <div className="review-progress" role="progressbar" aria-label={t("review.progress", { done, total })} aria-valuemin={0} aria-valuemax={total} aria-valuenow={done}><i style={{ width: `${(100 * done) / total}%` }} /></div>
      <Verdict pair={now} />
      <PairCard pair={now} />
      <div className="answers">
        {mayAnswer ? (
          <>
            <Button type="primary" disabled={!isOpen || busy} onClick={() => act("y")}>{t("review.same")}<kbd>Y</kbd></Button>
            <Button disabled={!isOpen || busy} onClick={() => act("n")}>{t("review.different")}<kbd>N</kbd></Button>
            <Button disabled={now.state !== "waiting" || busy} onClick={() => act("l")}>{t("review.later")}<kbd>L</kbd></Button>
            <Button disabled={undone === undefined || busy} onClick={() => act("z")}>{t("review.undo")}<kbd>Z</kbd></Button>
          </>
        ) : null}
        <Button type="text" aria-expanded={previewing} disabled={now.a.person === now.b.person} onClick={() => act("p")}>{t(previewing ? "review.hide_preview" : "review.preview")}<kbd>P</kbd></Button>
        <span className="grow" />
        {done === queue.pairs.length ? <Button type="primary" onClick={onAgain}>{t("review.go_on")}</Button> : <span className="faint">{t("review.keys")}</span>}
      </div>
      {previewing ? <Foreseen a={now.a.person} b={now.b.person} /> : null}
    </Sheet>
  );
}

/** What was said of the pair already, or why the rules did not link it. */
function Verdict({ pair }: { pair: Pair }) {
  const { t } = useTranslation();
  const words = useCode();
  const [code, namespace = ""] = pair.refusal.split(":");
  if (pair.state === "same" || pair.state === "different")
    return <Alert type={pair.state === "same" ? "success" : "info"} showIcon style={{ marginBottom: 12 }} title={<>{t(`review.said_${pair.state}`, { by: pair.answeredBy })} <span className="faint"><When at={pair.answeredAt} /></span></>} />;
  if (pair.state === "linked") return <Alert type="info" showIcon style={{ marginBottom: 12 }} title={t("review.said_linked")} />;
  if (code) return <Alert type="warning" showIcon style={{ marginBottom: 12 }} title={t("review.refused", { why: t(`dropped_rule.${code}`, { namespace: words("namespace", namespace), defaultValue: pair.refusal }) })} />;
  return null;
}

function Foreseen({ a, b }: { a: string; b: string }) {
  const query = useQuery({ queryKey: ["identity-preview", a, b], queryFn: () => fetchPreview(a, { kind: "merge", other: b }), gcTime: 0, retry: false });
  return <div style={{ paddingTop: 16 }}><Loaded query={query} rows={4}>{(p) => <PreviewOf preview={p} />}</Loaded></div>;
}

/** Begins a comparison of all, and shows how far it is, whoever began it. */
function Comparing({ onEnd }: { onEnd: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { can } = useSession();
  const { job, refresh } = useNewestJob("identity_matching", can("jobs:read"));
  const watched = useRef<string | null>(null);
  const beginning = useMutation({
    mutationFn: compare,
    onSuccess: (id) => {
      watched.current = id;
      refresh();
    },
    onError: (error) => void message.error(problemWords(error)),
  });
  const running = job !== undefined && runs(job.state);
  useEffect(() => {
    if (running) watched.current = job.id;
    else if (job && watched.current === job.id) {
      watched.current = null;
      if (job.state === "failed") void message.error(job.error);
      onEnd();
    }
  }, [job, running, message, onEnd]);
  return (
    <>
      {job && !running && job.endedAt ? <span className="faint">{t("review.compared")} <When at={job.endedAt} /></span> : null}
      <Button disabled={running || beginning.isPending} onClick={() => beginning.mutate(true)}>{t("review.compare_changed")}</Button>
      <Button loading={running || beginning.isPending} onClick={() => beginning.mutate(false)}>{running ? (job.total > 0 ? t("review.comparing_at", { done: exact(job.done), total: exact(job.total) }) : t("review.comparing")) : t("review.compare")}</Button>
    </>
  );
}

function Nothing({ state, counts }: { state: PairState; counts: Queue["counts"] }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const { job } = useNewestJob("identity_matching", can("jobs:read"));
  // A comparison may have found nobody who is like somebody else.
  const never = Object.values(counts).every((n) => n === 0) && !job?.endedAt;
  return <Sheet><EmptyState title={t(never ? "review.empty" : `review.empty_${state}`)}>{t(never ? "review.empty_text" : "review.empty_again")}</EmptyState></Sheet>;
}

/** What the answers say of thresholds. */
function HowWell() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["evaluation"], queryFn: ({ signal }) => fetchEvaluation(signal) });
  if (query.isError) return <ProblemAlert error={query.error} />;
  if (!query.data || query.data.answered === 0) return null;
  return (
    <Sheet title={t("review.how_well")} note={t("review.how_well_of", { count: query.data.answered })} flush>
      <Table
        size="small"
        rowKey={(r) => String(r.from)}
        pagination={false}
        dataSource={query.data.thresholds}
        columns={[
          { title: t("review.from"), render: (_, r) => percent(r.from, r.from > 0.99 ? 1 : 0) },
          { title: t("review.would_link"), align: "right", render: (_, r) => exact(r.same + r.different) },
          { title: t("review.wrongly"), align: "right", render: (_, r) => exact(r.different) },
          { title: t("review.precision"), align: "right", render: (_, r) => <Percent share={r.precision} /> },
          { title: t("review.recall"), align: "right", render: (_, r) => <Percent share={r.recall} /> },
        ]}
      />
    </Sheet>
  );
}
