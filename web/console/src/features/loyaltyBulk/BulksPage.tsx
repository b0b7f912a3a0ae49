import { useMutation } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { keep } from "../../shared/api/csv";
import { exact } from "../../shared/format/number";
import { useQueryState } from "../../shared/state/useQueryState";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ListPage } from "../../shared/ui/ListPage";
import { Page, Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { useSession } from "../session/useSession";
import { fetchBulks, handIn } from "./api";

const states = ["checked", "awaiting", "applying", "done", "rejected"];

/** Points for many members by a list: hand one in, and what came of earlier ones. */
export function BulksPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const [state, set] = useQueryState({ state: "" });
  return (
    <Page title={t("bulk.title")} crumbs={[{ to: "/loyalty", title: t("nav.loyalty") }]} answer={t("bulk.answer")}>
      <div className="stack">
        {can("loyalty:write") ? <div className="columns"><HandIn /><Format /></div> : null}
        <ListPage
          name="bulk-adjustments"
          filters={state}
          fetch={fetchBulks}
          rowKey={(b) => b.id}
          filterBar={<Select allowClear value={state.state === "" ? undefined : state.state} onChange={(value?: string) => set({ state: value ?? "" })} placeholder={t("bulk.any_state")} aria-label={t("bulk.state_title")} style={{ width: 180 }} options={states.map((value) => ({ value, label: t(`bulk.state.${value}`) }))} />}
          columns={[
            { key: "list", title: t("bulk.list"), render: (_, b) => <Link className="link" to={`/loyalty/bulk/${b.id}`}>{t("bulk.number", { id: b.id })}</Link> },
            { key: "reason", title: t("bulk.reason"), render: (_, b) => b.reason },
            { key: "state", title: t("bulk.state_title"), render: (_, b) => <State family="bulk.state" code={b.state} /> },
            { key: "lines", title: t("bulk.lines"), align: "right", render: (_, b) => exact(b.lines) },
            { key: "given", title: t("bulk.given"), align: "right", render: (_, b) => exact(b.given) },
            { key: "taken", title: t("bulk.taken"), align: "right", render: (_, b) => exact(b.taken) },
            { key: "by", title: t("bulk.by"), render: (_, b) => <span className="mono">{b.createdBy}</span> },
            { key: "at", title: t("bulk.at"), render: (_, b) => <When at={b.at} /> },
          ]}
          empty={<EmptyState title={t("bulk.none")}>{t("bulk.none_text")}</EmptyState>}
        />
      </div>
    </Page>
  );
}

function HandIn() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [reason, setReason] = useState("");
  const handing = useMutation({ mutationFn: (list: File) => handIn(list, reason.trim()), onSuccess: (id) => navigate(`/loyalty/bulk/${id}`) });
  return (
    <Sheet title={t("bulk.hand_in")} note={t("bulk.hand_in_note")}>
      <div className="stack" style={{ gap: 12 }}>
        <ProblemAlert error={handing.error} />
        <label>{t("bulk.reason")}<Input value={reason} maxLength={200} onChange={(e) => setReason(e.target.value)} placeholder={t("bulk.reason_example")} aria-label={t("bulk.reason")} /></label>
        <label className="dropzone" style={{ padding: 20 }}>
          <input type="file" accept=".csv,.ndjson,.jsonl" onChange={(e) => setFile(e.target.files?.[0] ?? null)} />
          <b>{file ? file.name : t("bulk.choose")}</b>
        </label>
        <div className="row">
          <Button type="primary" disabled={file === null || reason.trim() === ""} loading={handing.isPending} onClick={() => file && handing.mutate(file)}>{t("bulk.look")}</Button>
          {reason.trim() === "" ? <span className="faint">{t("bulk.reason_needed")}</span> : null}
        </div>
      </div>
    </Sheet>
  );
}

/** What a list looks like, by one that can be taken and filled. */
function Format() {
  const { t } = useTranslation();
  const sample = t("bulk.sample");
  return (
    <Sheet title={t("bulk.format")} tools={<Button size="small" onClick={() => keep(new Blob(["\uFEFF", sample, "\n"], { type: "text/csv;charset=utf-8" }), `${t("bulk.sample_name")}.csv`)}>{t("bulk.take_sample")}</Button>}>
      <div className="stack" style={{ gap: 12 }}>
        <p className="quiet">{t("bulk.format_text")}</p>
        <pre className="mono">{sample}</pre>
        <p className="faint" style={{ fontSize: 13 }}>{t("bulk.format_more")}</p>
      </div>
    </Sheet>
  );
}
