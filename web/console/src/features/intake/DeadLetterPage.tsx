import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { useCode } from "../../shared/state/useCode";
import { DocumentText } from "../../shared/ui/DocumentText";
import { Facts } from "../../shared/ui/Facts";
import { Loaded } from "../../shared/ui/Loaded";
import { Page, Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { Words } from "../../shared/ui/Words";
import { PersonLink } from "../person/PersonLink";
import { useSession } from "../session/useSession";
import { type DeadLetter, dropDeadLetter, fetchDeadLetter, mendDeadLetter, replayDeadLetter } from "./api";

export function DeadLetterPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const code = useCode();
  const query = useQuery({ queryKey: ["dead-letter", id], queryFn: ({ signal }) => fetchDeadLetter(id, signal) });
  return (
    <Page title={query.data ? code("refusal", query.data.code) : t("dead.one")} crumbs={[{ to: "/intake?tab=dead", title: t("intake.tab.dead") }]} answer={query.data?.detail}>
      <Loaded query={query} rows={10}>{(letter) => <Body key={letter.id} letter={letter} />}</Loaded>
    </Page>
  );
}

function Body({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const navigate = useNavigate();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const original = pretty(letter.body);
  const [text, setText] = useState(original);
  const changed = text !== original;
  const refresh = () => Promise.all([queries.invalidateQueries({ queryKey: ["dead-letter", letter.id] }), queries.invalidateQueries({ queryKey: ["dead-letters"] })]);
  const replaying = useMutation({
    mutationFn: async () => {
      if (changed) await mendDeadLetter(letter.id, compact(text));
      return replayDeadLetter(letter.id);
    },
    onSettled: refresh,
  });
  const dropping = useMutation({
    mutationFn: () => dropDeadLetter(letter.id),
    onSuccess: async () => {
      await refresh();
      void message.success(t("dead.dropped"));
      await navigate("/intake?tab=dead");
    },
  });
  const drop = () => modal.confirm({ title: t("dead.drop_title"), content: t("dead.drop_text"), okText: t("dead.drop"), okButtonProps: { danger: true }, cancelText: t("action.keep"), onOk: () => dropping.mutateAsync() });
  const result = replaying.data;
  const worked = result?.status === "applied" || result?.status === "duplicate";

  return (
    <div className="columns wide-left">
      <Sheet title={t("dead.body")} note={t("dead.body_note")}>
        <div className="stack" style={{ gap: 16 }}>
          <ProblemAlert error={replaying.error ?? dropping.error} />
          {result ? <Alert type={worked ? "success" : "error"} showIcon title={worked ? t("dead.worked") : withCode(result.code, t("dead.still_bad"))} description={worked && result.personId !== "" && result.personId !== "0" ? <PersonLink id={result.personId} /> : result.detail} /> : null}
          <DocumentText value={text} onChange={setText} label={t("dead.body")} rows={24} />
          {letter.state === "open" && can("intake:write") ? (
            <div className="row">
              <Button type="primary" loading={replaying.isPending} onClick={() => replaying.mutate()}>{t(changed ? "dead.save_and_replay" : "dead.replay")}</Button>
              {changed ? <Button onClick={() => setText(original)}>{t("dead.undo")}</Button> : null}
              <span className="grow" />
              <Button danger type="text" onClick={drop}>{t("dead.drop")}</Button>
            </div>
          ) : null}
        </div>
      </Sheet>
      <Sheet title={t("dead.about")}>
        <Facts
          of={[
            [t("dead.state"), <State family="dead_state" code={letter.state} />],
            [t("dead.code"), <span className="mono">{letter.code}</span>],
            [t("dead.type"), <Words family="event" code={letter.type} />],
            [t("intake.source"), <span className="mono">{letter.source}</span>],
            [t("dead.event"), <span className="mono">{letter.eventId}</span>],
            [t("dead.import"), letter.importId ? <Link className="link" to={`/intake/imports/${letter.importId}`}>{t("dead.import_row", { row: letter.importRow })}</Link> : null],
            [t("dead.first_at"), <When at={letter.firstAt} />],
            [t("dead.at"), <When at={letter.lastAt} />],
          ]}
        />
      </Sheet>
    </div>
  );
}

const withCode = (given: string, otherwise: string) => (given === "" ? otherwise : `${otherwise} (${given})`);

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** As one line of JSON when it is JSON; as it is otherwise: the server says what is wrong with it. */
function compact(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
