import { Button, Input, Segmented, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { instant, clock } from "../../shared/format/time";
import { useQueryState } from "../../shared/state/useQueryState";
import { useTyped } from "../../shared/state/useTyped";
import { ChannelTag } from "../../shared/ui/ChannelTag";
import { EmptyState } from "../../shared/ui/EmptyState";
import { JsonText } from "../../shared/ui/JsonText";
import { Sheet } from "../../shared/ui/Page";
import { State } from "../../shared/ui/State";
import { Words } from "../../shared/ui/Words";
import { PersonLink } from "../person/PersonLink";
import { useEventStream } from "./useEventStream";

/** Events as they arrive, each with the answer that its sender got. */
export function LiveEvents() {
  const { t } = useTranslation();
  const [state, set] = useQueryState({ source: "", status: "" });
  const [source, setSource] = useTyped(state.source, (text) => set({ source: text }), 500);
  const [paused, setPaused] = useState(false);
  const { events, link } = useEventStream(state.source, paused);
  const shown = events.filter((e) => state.status === "" || e.status === state.status);
  return (
    <Sheet flush>
      <div className="filters" style={{ padding: "16px 24px 0" }}>
        <Input allowClear value={source} onChange={(e) => setSource(e.target.value)} placeholder={t("intake.source")} aria-label={t("intake.source")} style={{ width: 200 }} />
        <Segmented value={state.status} onChange={(status) => set({ status })} options={["", "applied", "duplicate", "declined", "rejected"].map((s) => ({ value: s, label: t(`answer.${s || "all"}`) }))} />
        <span className="grow" />
        <span className={`state ${paused ? "" : link === "stream" ? "busy" : link === "polling" ? "warn" : "bad"}`} role="status">{t(paused ? "live.paused" : `live.${link}`)}</span>
        <Button onClick={() => setPaused(!paused)}>{t(paused ? "live.go_on" : "live.pause")}</Button>
      </div>
      <Table
        size="small"
        rowKey={(e) => e.key}
        dataSource={shown}
        pagination={false}
        scroll={{ x: "max-content" }}
        expandable={{ expandRowByClick: true, expandedRowRender: (e) => <div className="stack" style={{ gap: 8 }}>{e.detail ? <p>{e.detail}</p> : null}<JsonText value={e.body} maxHeight={320} /></div> }}
        locale={{ emptyText: <EmptyState title={t("live.empty")}><>{t("live.empty_text")}<code style={{ display: "block", marginTop: 12, textAlign: "left" }} className="code">{example}</code></></EmptyState> }}
        columns={[
          { title: t("live.at"), render: (_, e) => { const at = instant(e.at); return <span className="mono">{at ? clock(at, true) : ""}</span>; } },
          { title: t("live.answer"), render: (_, e) => <span className="row" style={{ flexWrap: "nowrap" }}><State family="answer" code={e.status} />{e.code ? <span className="faint mono">{e.code}</span> : null}</span> },
          { title: t("dead.type"), render: (_, e) => <Words family="event" code={e.type} /> },
          { title: t("intake.channel"), render: (_, e) => <ChannelTag channel={e.channel} /> },
          { title: t("intake.source"), render: (_, e) => <span className="mono">{e.source}</span> },
          { title: t("dead.event"), render: (_, e) => <span className="mono">{e.id}</span> },
          { title: t("orders.person"), render: (_, e) => (e.personId === "" || e.status === "rejected" ? <span className="faint">—</span> : <PersonLink id={e.personId} />) },
        ]}
      />
    </Sheet>
  );
}

const example = `curl ${typeof location === "undefined" ? "" : location.origin}/v1/events -H "Authorization: Bearer dk_…" -H "Content-Type: application/json" -d '{"source":"my-shop","id":"1","type":"interaction.happened","time":"2026-11-11T00:03:12+08:00","channel":"site","identifiers":[{"namespace":"email","value":"a@example.com"}],"data":{"kind":"page.view"}}'`;
