import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Input, Modal, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { urlOf } from "../../shared/api/http";
import { problemWords } from "../../shared/api/problemWords";
import { exact } from "../../shared/format/number";
import { Facts } from "../../shared/ui/Facts";
import { Loaded } from "../../shared/ui/Loaded";
import { Page, Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { Words } from "../../shared/ui/Words";
import { deleteDocument, erases, fetchPreview, fetchRequest, isWaiting, type PrivacyRequest, startRequest, withdrawRequest } from "./api";
import { PreviewTable } from "./PreviewTable";

export function RequestPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const query = useQuery({ queryKey: ["privacy-request", id], queryFn: ({ signal }) => fetchRequest(id, signal), refetchInterval: (q) => (q.state.data?.state === "running" ? 1000 : false) });
  const request = query.data;
  return (
    <Page title={request ? t("privacy.request_title", { kind: t(`privacy_kind.${request.kind}`), id }) : t("privacy.title")} crumbs={[{ to: "/privacy", title: t("privacy.title") }]} answer={request ? t(`privacy.says.${request.kind}`) : undefined} tools={request ? <Actions request={request} /> : undefined}>
      <Loaded query={query} rows={10}>{(r) => <Body request={r} />}</Loaded>
    </Page>
  );
}

function Body({ request }: { request: PrivacyRequest }) {
  const { t } = useTranslation();
  const preview = useQuery({ queryKey: ["privacy-preview", request.personId], queryFn: ({ signal }) => fetchPreview(request.personId, signal), enabled: request.state === "open", gcTime: 0, retry: false });
  return (
    <div className="stack">
      {request.error ? <Alert type="error" showIcon title={t("privacy.failed")} description={request.error} /> : null}
      <div className="columns wide-right">
        <Sheet title={t("privacy.about")}>
          <Facts
            of={[
              [t("privacy.person"), request.state === "done" && erases(request.kind) ? <span className="mono">#{request.personId}</span> : <Link className="link mono" to={`/members/${request.personId}`}>#{request.personId}</Link>],
              [t("privacy.state"), <State family="privacy_state" code={request.state} />],
              [t("privacy.received"), <When at={request.receivedAt} exactly />],
              [t("privacy.due"), <span className={request.overdue ? "bad" : undefined}><When at={request.dueAt} exactly />{request.overdue ? ` · ${t("privacy.late")}` : ""}</span>],
              [t("privacy.note"), request.note],
              [t("privacy.by"), request.createdBy],
              [t("privacy.started_by"), request.startedBy],
              [t("privacy.ended"), request.endedAt ? <When at={request.endedAt} exactly /> : null],
              [t("privacy.suppressed"), erases(request.kind) && request.state === "done" ? exact(request.suppressed) : null],
              [t("privacy.document_until"), request.documentUntil ? <When at={request.documentUntil} exactly /> : null],
            ]}
          />
        </Sheet>
        {request.steps.length > 0 ? (
          <Sheet title={t("privacy.steps")} note={t("privacy.steps_note")}>
            <Table
              size="small"
              pagination={false}
              rowKey={(s) => s.name}
              dataSource={request.steps}
              columns={[
                { title: t("privacy.step"), render: (_, s) => <Words family="privacy_step" code={s.name} /> },
                { title: t("privacy.state"), render: (_, s) => <State family="privacy_step_state" code={s.state} /> },
                { title: t("privacy.touched"), align: "right", render: (_, s) => <span className="mono">{s.count === null ? "" : exact(s.count)}</span> },
                { title: t("privacy.at"), align: "right", render: (_, s) => (s.at ? <When at={s.at} exactly /> : null) },
              ]}
            />
          </Sheet>
        ) : (
          <Sheet title={t("privacy.preview")} note={t(erases(request.kind) ? "privacy.preview_erase" : "privacy.preview_export")}>{request.state === "open" ? <Loaded query={preview} rows={6}>{(p) => <PreviewTable preview={p} />}</Loaded> : null}</Sheet>
        )}
      </div>
    </div>
  );
}

function Actions({ request }: { request: PrivacyRequest }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [confirming, setConfirming] = useState(false);
  const refresh = () => queries.invalidateQueries();
  const onError = (error: unknown) => void message.error(problemWords(error));
  const starting = useMutation({ mutationFn: () => startRequest(request.id, ""), onSettled: refresh, onError });
  const withdrawing = useMutation({ mutationFn: () => withdrawRequest(request.id), onSettled: refresh, onError });
  const deleting = useMutation({ mutationFn: () => deleteDocument(request.id), onSettled: refresh, onError });
  const document = `/v1/privacy/requests/${request.id}/document`;
  return (
    <>
      {request.state === "open" ? <Button onClick={() => withdrawing.mutate()} loading={withdrawing.isPending}>{t("privacy.withdraw")}</Button> : null}
      {isWaiting(request.state) ? (
        erases(request.kind)
          ? <Button type="primary" danger onClick={() => setConfirming(true)}>{t(request.state === "failed" ? "privacy.go_on" : `privacy.do.${request.kind}`)}</Button>
          : <Button type="primary" onClick={() => starting.mutate()} loading={starting.isPending}>{t(request.state === "failed" ? "privacy.go_on" : "privacy.do.export")}</Button>
      ) : null}
      {request.documentUntil ? (
        <>
          <Button onClick={() => deleting.mutate()} loading={deleting.isPending}>{t("privacy.delete_document")}</Button>
          <Button href={document} download>{t("privacy.fetch_json")}</Button>
          <Button type="primary" href={urlOf(`${document}.html`, { lang: i18n.language })} download>{t("privacy.fetch_html")}</Button>
        </>
      ) : null}
      {confirming ? <Confirm request={request} onClose={() => setConfirming(false)} /> : null}
    </>
  );
}

/** What cannot be undone is confirmed by typing whom it is about. */
function Confirm({ request, onClose }: { request: PrivacyRequest; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const starting = useMutation({
    mutationFn: () => startRequest(request.id, typed.trim()),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Modal open title={t(`privacy.do.${request.kind}`)} onCancel={onClose} onOk={() => starting.mutate()} okText={t(`privacy.do.${request.kind}`)} okButtonProps={{ danger: true, disabled: typed.trim() !== request.personId }} confirmLoading={starting.isPending}>
      <div className="stack" style={{ gap: 12 }}>
        <ProblemAlert error={starting.error} />
        <p style={{ margin: 0 }}>{t("privacy.confirm_text", { id: request.personId })}</p>
        <Input value={typed} onChange={(e) => setTyped(e.target.value)} aria-label={t("privacy.confirm_label")} placeholder={request.personId} autoFocus />
      </div>
    </Modal>
  );
}
