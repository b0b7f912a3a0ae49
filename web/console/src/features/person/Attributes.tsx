import { PushpinFilled, PushpinOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Modal, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemWords } from "../../shared/api/problemWords";
import { useCode } from "../../shared/state/useCode";
import { ChannelMarks } from "../../shared/ui/ChannelTag";
import { Loaded } from "../../shared/ui/Loaded";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { When } from "../../shared/ui/When";
import { useSession } from "../session/useSession";
import { End } from "./Ends";
import { PersonLink } from "./PersonLink";
import { type Attribute, type Attributes as Known, fetchAttributes, type Left, pin, type Statement, unpin } from "./statements";

const further = "attributes.";
const atFirst = 4;

/** What each attribute of the person is, why, and all that was said of it. */
export function Attributes({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["attributes", personId], queryFn: ({ signal }) => fetchAttributes(personId, signal) });
  return (
    <div className="stack" style={{ gap: 16 }}>
      <p className="quiet" style={{ margin: 0 }}>{t("attributes.text")}</p>
      <Loaded query={query} rows={8}>{(known) => <All personId={personId} known={known} />}</Loaded>
    </div>
  );
}

function All({ personId, known }: { personId: string; known: Known }) {
  const { t } = useTranslation();
  if (known.attributes.length === 0 && known.left.length === 0) return <p className="quiet">{t("attributes.none")}</p>;
  return (
    <>
      {known.awaitsRebuild ? <Alert type="warning" showIcon title={t("attributes.awaits_rebuild")} /> : null}
      {known.attributes.map((a) => <One key={a.name} personId={personId} attribute={a} revealed={known.revealed} />)}
      {known.left.map((l) => <Gone key={l.via.id} left={l} />)}
    </>
  );
}

/** So that nothing is missing without a trace. */
function Gone({ left }: { left: Left }) {
  const { t } = useTranslation();
  const words = useAttributeWords();
  return (
    <p className="quiet" style={{ margin: 0 }}>
      {t("attributes.left", { names: left.attributes.map(words.name).join(t("points.between")) })} <End end={left.via} /> → <PersonLink id={left.personId} />
      {" · "}{t("identity.decided_by", { by: left.by, reason: left.reason })} <When at={left.at} />
    </p>
  );
}

function One({ personId, attribute, revealed }: { personId: string; attribute: Attribute; revealed: boolean }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const words = useAttributeWords();
  const { unpinning, pinning } = usePinning(personId, attribute);
  const [proposed, setProposed] = useState<string | null>(null);
  const [all, setAll] = useState(false);
  const may = can("persons:write") && revealed;
  const shown = all ? attribute.statements : attribute.statements.slice(0, atFirst);
  return (
    <section className="attribute" aria-label={words.name(attribute.name)}>
      <header className="row">
        <h3 style={{ margin: 0 }}>{words.name(attribute.name)}</h3>
        <b className="said">{attribute.value === "" ? <span className="faint">—</span> : words.value(attribute.name, attribute.value)}</b>
        {attribute.pin ? <Tag icon={<PushpinFilled />}>{t("attributes.pinned")}</Tag> : null}
        {may ? (
          <span className="row" style={{ marginLeft: "auto" }}>
            {attribute.pin ? <Button size="small" loading={unpinning.isPending} onClick={() => unpinning.mutate()}>{t("attributes.unpin")}</Button> : null}
            <Button size="small" icon={<PushpinOutlined />} onClick={() => setProposed(attribute.value)}>{t("attributes.pin")}</Button>
          </span>
        ) : null}
      </header>
      <p className="quiet" style={{ margin: "2px 0 8px" }}>
        {words.because(attribute)}{attribute.pin ? <> <When at={attribute.pin.at} /></> : null}
      </p>
      {shown.length === 0 ? null : <ul className="statements">{shown.map((s, i) => <Line key={`${s.source}/${s.value}/${i}`} attribute={attribute.name} statement={s} />)}</ul>}
      {attribute.statements.length > atFirst ? <Button type="link" size="small" style={{ padding: 0 }} onClick={() => setAll(!all)}>{all ? t("attributes.fewer") : t("attributes.more", { count: attribute.statements.length - atFirst })}</Button> : null}
      {proposed === null ? null : <PinDialog attribute={attribute} proposed={proposed} pinning={pinning} onClose={() => setProposed(null)} />}
    </section>
  );
}

function Line({ attribute, statement }: { attribute: string; statement: Statement }) {
  const { t } = useTranslation();
  const code = useCode();
  const words = useAttributeWords();
  const survives = statement.standing === "survives" || statement.standing === "agrees";
  return (
    <li>
      <span className={survives ? "said" : "said faint"}>{statement.value === "" ? t("attributes.empty") : words.value(attribute, statement.value)}</span>
      <span className="from">
        {statement.channel === "" ? null : <ChannelMarks channels={[statement.channel]} />} {words.source(statement.source)}
        {statement.via ? <span className="faint"> · <End end={statement.via} /></span> : null}
      </span>
      <span className={`state ${survives ? "good" : "plain"}`}>{code("standing", statement.standing)}</span>
      <span className="quiet"><When at={statement.lastSaid} />{statement.firstSaid === statement.lastSaid ? null : <span className="faint"> {t("attributes.since")} <When at={statement.firstSaid} /></span>}</span>
    </li>
  );
}

/** Pins and takes them back; each can be undone on the spot. */
function usePinning(personId: string, attribute: Attribute) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const before = { value: attribute.value, reason: attribute.pin?.reason ?? "" };
  const refresh = () => queries.invalidateQueries({ predicate: (q) => ["attributes", "person", "persons"].includes(String(q.queryKey[0])) });
  const undo = async () => {
    try {
      await (before.reason === "" ? unpin(personId, attribute.name) : pin(personId, attribute.name, before.value, before.reason));
      await refresh();
      void message.success(t("attributes.undone"));
    } catch (error) {
      void message.error((error as Error).message);
    }
  };
  const tell = (said: string) => {
    const key = `pin-${attribute.name}`;
    void message.success({ key, duration: 8, content: <>{said} <Button type="link" size="small" onClick={() => { message.destroy(key); void undo(); }}>{t("attributes.undo")}</Button></> });
  };
  const pinning = useMutation({
    mutationFn: ({ value, reason }: { value: string; reason: string }) => pin(personId, attribute.name, value, reason),
    onSuccess: async () => {
      await refresh();
      tell(t("attributes.pinned_done"));
    },
  });
  const unpinning = useMutation({
    mutationFn: () => unpin(personId, attribute.name),
    onSuccess: async () => {
      await refresh();
      tell(t("attributes.unpinned_done"));
    },
    onError: (error) => void message.error(problemWords(error)),
  });
  return { pinning, unpinning };
}

function PinDialog({ attribute, proposed, pinning, onClose }: { attribute: Attribute; proposed: string; pinning: ReturnType<typeof usePinning>["pinning"]; onClose: () => void }) {
  const { t } = useTranslation();
  const words = useAttributeWords();
  const [value, setValue] = useState(proposed);
  const [reason, setReason] = useState("");
  const others = [...new Set(attribute.statements.filter((s) => s.standing !== "masked" && s.standing !== "empty").map((s) => s.value))];
  return (
    <Modal
      open
      title={t("attributes.pin_title", { name: words.name(attribute.name) })}
      okText={t("attributes.pin")}
      okButtonProps={{ disabled: value.trim() === "" || reason.trim() === "" }}
      confirmLoading={pinning.isPending}
      onCancel={onClose}
      onOk={() => pinning.mutate({ value: value.trim(), reason: reason.trim() }, { onSuccess: onClose })}
    >
      <div className="stack" style={{ gap: 16 }}>
        <p className="quiet" style={{ margin: 0 }}>{t("attributes.pin_text")}</p>
        <ProblemAlert error={pinning.error} />
        <Form layout="vertical">
          <Form.Item label={t("attributes.value")} required>
            <Input value={value} maxLength={1000} onChange={(e) => setValue(e.target.value)} aria-label={t("attributes.value")} />
            {others.length > 1 ? <div className="row" style={{ marginTop: 8 }}>{others.map((o) => <Button key={o} size="small" onClick={() => setValue(o)}>{o}</Button>)}</div> : null}
          </Form.Item>
          <Form.Item label={t("attributes.reason")} required style={{ marginBottom: 0 }}>
            <Input.TextArea rows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} aria-label={t("attributes.reason")} />
          </Form.Item>
        </Form>
      </div>
    </Modal>
  );
}

/** Attributes, values, sources and reasons in words. */
function useAttributeWords() {
  const { t } = useTranslation();
  const code = useCode();
  const name = (attribute: string) => (attribute.startsWith(further) ? attribute.slice(further.length) : t(`attributes.name.${attribute}`));
  const source = (of: string) => (of === "danke-profile" ? t("attributes.older_source") : of === "console" ? t("attributes.console") : of);
  const because = (a: Attribute) => {
    if (a.pin) return t("attributes.because.pinned", { by: a.pin.by, reason: a.pin.reason });
    const winner = a.statements[0];
    if (a.because === "source_priority") return t("attributes.because.source_priority", { source: source(winner?.source ?? ""), order: a.sources.map((s) => code("channel", s)).join(" › ") });
    return t(`attributes.because.${a.because}`, { count: a.statements.filter((s) => s.standing === "survives" || s.standing === "agrees").length });
  };
  const value = (attribute: string, of: string) => (attribute === "gender" ? code("gender", of) : of);
  return { name, source, because, value };
}
