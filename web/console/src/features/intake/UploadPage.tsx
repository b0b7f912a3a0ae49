import { useMutation } from "@tanstack/react-query";
import { App, Button, Progress, Steps } from "antd";
import { type DragEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { bytes } from "../../shared/format/number";
import { Page, Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { startImport, upload, type Upload } from "./api";
import { MapAndPreview } from "./MapAndPreview";

/** A file becomes events: upload, mapping with its consequence beside it, import. */
export function UploadPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [file, setFile] = useState<Upload | null>(null);
  const starting = useMutation({
    mutationFn: (mapping: unknown) => startImport(file?.id ?? "", mapping),
    onSuccess: async (id) => {
      void message.success(t("import.begun"));
      await navigate(`/intake/imports/${id}`);
    },
  });
  return (
    <Page title={t("intake.upload.title")} crumbs={[{ to: "/intake?tab=imports", title: t("intake.tab.imports") }]} answer={t("intake.upload.answer")}>
      <div className="stack">
        <Steps size="small" current={file ? 1 : 0} items={[{ title: t("intake.upload.step_file") }, { title: t("intake.upload.step_map") }, { title: t("intake.upload.step_import") }]} style={{ maxWidth: 720 }} />
        <ProblemAlert error={starting.error} />
        {file ? <MapAndPreview file={file} isStarting={starting.isPending} onStart={(mapping) => starting.mutate(mapping)} onOtherFile={() => setFile(null)} /> : <Drop onDone={setFile} />}
      </div>
    </Page>
  );
}

function Drop({ onDone }: { onDone: (file: Upload) => void }) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const [sent, setSent] = useState<{ name: string; sent: number; total: number } | null>(null);
  const abort = useRef<AbortController | null>(null);
  const sending = useMutation({
    mutationFn: (file: File) => {
      abort.current = new AbortController();
      setSent({ name: file.name, sent: 0, total: file.size });
      return upload(file, (done, total) => setSent({ name: file.name, sent: done, total }), abort.current.signal);
    },
    onSuccess: onDone,
    onError: () => setSent(null),
  });
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    const file = e.dataTransfer.files[0];
    if (file) sending.mutate(file);
  };

  if (sent && sending.isPending) {
    return (
      <Sheet>
        <div className="row"><b className="grow">{sent.name}</b><Button onClick={() => abort.current?.abort()}>{t("action.cancel")}</Button></div>
        <Progress percent={sent.total > 0 ? Math.floor((sent.sent / sent.total) * 100) : 0} status="active" />
        <p className="quiet">{sent.sent < sent.total ? t("intake.upload.sending", { sent: bytes(sent.sent), total: bytes(sent.total) }) : t("intake.upload.looking")}</p>
      </Sheet>
    );
  }
  return (
    <>
      {sending.error instanceof DOMException ? null : <ProblemAlert error={sending.error} />}
      <label className={over ? "dropzone over" : "dropzone"} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <input type="file" accept=".csv,.tsv,.txt,.ndjson,.jsonl,.json,.xlsx,.gz" onChange={(e) => { const file = e.target.files?.[0]; if (file) sending.mutate(file); }} />
        <b style={{ fontSize: 16 }}>{t("intake.upload.drop")}</b>
        <p className="quiet" style={{ marginTop: 8 }}>{t("intake.upload.formats")}</p>
      </label>
    </>
  );
}
