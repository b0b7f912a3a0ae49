import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Input, Segmented } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { parse, write, type Written } from "../../shared/json/text";
import { DocumentText } from "../../shared/ui/DocumentText";
import { Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { AudienceConsequence } from "../audiences/AudienceConsequence";
import { AudienceForm } from "../audiences/AudienceForm";
import { ProgramExamples } from "../loyalty/ProgramExamples";
import { RulesConsequence } from "../identityRules/RulesConsequence";
import { RulesForm } from "../identityRules/RulesForm";
import { useSession } from "../session/useSession";
import { saveDraft, validate } from "./api";
import { DifferenceList } from "./DifferenceList";

interface Props {
  kind: string;
  name: string;
  title: string;
  base: unknown;
  live: unknown;
  onDone: () => void;
}

/** Edit on the left, consequence on the right, while typing. Saving makes a new draft; nothing goes live here. */
export function Editor({ kind, name, title, base, live, onDone }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [as, setAs] = useState<Written>("yaml");
  const [text, setText] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [newTitle, setNewTitle] = useState(title);
  const [read, setRead] = useState<{ value: unknown } | { error: string }>({ value: base });

  useEffect(() => {
    void write(base, "yaml").then((written) => setText((current) => current ?? written));
  }, [base]);
  useEffect(() => {
    if (text === null) return;
    const timer = setTimeout(() => void parse(text).then(setRead), 350);
    return () => clearTimeout(timer);
  }, [text]);

  const switchTo = async (to: Written) => {
    const current = await parse(text ?? "");
    if ("value" in current) setText(await write(current.value, to));
    setAs(to);
  };
  const saving = useMutation({
    mutationFn: async () => {
      const last = await parse(text ?? "");
      if ("error" in last) throw new Error(last.error);
      return saveDraft(kind, name, { body: last.value, title: newTitle, ...(note.trim() === "" ? {} : { note: note.trim() }) });
    },
    onSuccess: async (version) => {
      await Promise.all(["versions", "definitions"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
      void message.success(t("definition.saved", { version }));
      onDone();
    },
  });

  return (
    <div className="columns">
      <Sheet title={t("definition.edit")} tools={<Segmented<Written> size="small" value={as} onChange={(to) => void switchTo(to)} options={[{ value: "yaml", label: "YAML" }, { value: "json", label: "JSON" }]} />}>
        <div className="stack" style={{ gap: 12 }}>
          <Input value={newTitle} onChange={(e) => setNewTitle(e.target.value)} prefix={<span className="faint">{t("definition.title")}</span>} aria-label={t("definition.title")} />
          {kind === "identity" && "value" in read ? <RulesForm body={read.value} onChange={(body) => void write(body, as).then(setText)} /> : null}
          {kind === "audience" && "value" in read ? <AudienceForm body={read.value} onChange={(body) => void write(body, as).then(setText)} /> : null}
          <DocumentText value={text ?? ""} onChange={setText} label={t("definition.edit")} status={"error" in read ? "error" : ""} />
          <Input value={note} onChange={(e) => setNote(e.target.value)} placeholder={t("definition.note_placeholder")} aria-label={t("definition.note")} maxLength={200} />
          <ProblemAlert error={saving.error} />
          <div className="row">
            <Button type="primary" disabled={"error" in read} loading={saving.isPending} onClick={() => saving.mutate()}>{t("definition.save_draft")}</Button>
            <Button onClick={onDone}>{t("action.cancel")}</Button>
          </div>
        </div>
      </Sheet>
      <div className="stack">
        {"error" in read ? <Alert type="error" showIcon title={t("definition.unreadable")} description={<pre>{read.error}</pre>} /> : <Consequence kind={kind} body={read.value} live={live} />}
      </div>
    </div>
  );
}

function Consequence({ kind, body, live }: { kind: string; body: unknown; live: unknown }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const checks = useQuery({ queryKey: ["validation", kind, body], queryFn: () => validate(kind, body), placeholderData: (before) => before, retry: false });
  const objections = checks.data ?? [];
  return (
    <>
      <Sheet title={t("definition.check")}>
        {checks.isError ? <ProblemAlert error={checks.error} inline /> : objections.length === 0 ? <span className="state good">{t("definition.valid")}</span> : (
          <ul className="diff">{objections.map((o, i) => <li key={i} className="removed"><span className="mono quiet">{o.path}</span> {o.message}</li>)}</ul>
        )}
      </Sheet>
      {kind === "audience" && can("audiences:read") && !checks.isError && objections.length === 0 ? <Sheet title={t("audience.would_be")}><AudienceConsequence definition={body} /></Sheet> : null}
      {kind === "program" && can("loyalty:read") && !checks.isError ? <Sheet title={t("quote.title")}><ProgramExamples definition={body} live={live} objections={objections} isChecked={checks.isSuccess && !checks.isPlaceholderData} /></Sheet> : null}
      {kind === "identity" && can("definitions:write") && !checks.isError && objections.length === 0 ? <RulesConsequence body={body} /> : null}
      {live !== null ? <Sheet title={t("definition.against_live")}><DifferenceList before={live} after={body} kind={kind} /></Sheet> : null}
    </>
  );
}
