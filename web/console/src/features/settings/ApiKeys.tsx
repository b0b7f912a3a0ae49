import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, Modal, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemWords } from "../../shared/api/problemWords";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Loaded } from "../../shared/ui/Loaded";
import { Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { ShownOnce } from "../../shared/ui/ShownOnce";
import { When } from "../../shared/ui/When";
import { type ApiKey, createApiKey, fetchApiKeys, revokeApiKey } from "./api";

const scopes = [
  "events:write", "intake:read", "intake:write", "persons:read", "persons:reveal", "persons:write", "orders:read", "loyalty:read", "loyalty:write", "audiences:read",
  "audiences:write", "journeys:read", "journeys:write", "reports:read", "definitions:read", "definitions:write", "jobs:read", "jobs:write", "system:read", "admin",
];

export function ApiKeys() {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const query = useQuery({ queryKey: ["api-keys"], queryFn: fetchApiKeys });
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const revoking = useMutation({ mutationFn: revokeApiKey, onSuccess: () => queries.invalidateQueries({ queryKey: ["api-keys"] }), onError: (error) => void message.error(problemWords(error)) });
  const ask = (key: ApiKey) => modal.confirm({ title: t("settings.revoke_ask", { name: key.name }), content: t("settings.revoke_text"), okText: t("settings.revoke"), okButtonProps: { danger: true }, cancelText: t("action.cancel"), onOk: () => revoking.mutateAsync(key.id) });

  return (
    <>
      <Sheet title={t("settings.tab.keys")} note={t("settings.keys_note")} tools={<Button type="primary" onClick={() => setAdding(true)}>{t("settings.add_key")}</Button>} flush>
        <Loaded query={query}>
          {(keys) => (
            <Table
              rowKey={(k) => k.id}
              dataSource={keys}
              pagination={false}
              locale={{ emptyText: <EmptyState title={t("settings.no_keys")}>{t("settings.no_keys_text")}</EmptyState> }}
              columns={[
                { title: t("settings.key_name"), render: (_, k) => <><b>{k.name}</b><div className="faint mono">dk_…{k.hint}</div></> },
                { title: t("settings.scopes"), render: (_, k) => <div className="row" style={{ gap: 4 }}>{k.scopes.map((s) => <Tag key={s} className="mono">{s}</Tag>)}</div> },
                { title: t("settings.made"), render: (_, k) => <><When at={k.createdAt} /> <span className="faint">{k.createdBy}</span></> },
                { title: t("settings.last_used"), render: (_, k) => <When at={k.lastUsedAt} /> },
                { title: "", align: "right", render: (_, k) => (k.revokedAt ? <span className="faint">{t("settings.revoked")} <When at={k.revokedAt} /></span> : <Button size="small" danger onClick={() => ask(k)}>{t("settings.revoke")}</Button>) },
              ]}
            />
          )}
        </Loaded>
      </Sheet>
      {adding ? <AddKey onClose={() => setAdding(false)} onMade={(key) => { setAdding(false); setSecret(key); void queries.invalidateQueries({ queryKey: ["api-keys"] }); }} /> : null}
      {secret ? <ShownOnce title={t("settings.new_key")} text={t("settings.key_once")} secret={secret} onClose={() => setSecret(null)} /> : null}
    </>
  );
}

function AddKey({ onClose, onMade }: { onClose: () => void; onMade: (key: string) => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ name: string; scopes: string[] }>();
  const making = useMutation({ mutationFn: createApiKey, onSuccess: onMade });
  return (
    <Modal open title={t("settings.add_key")} onCancel={onClose} onOk={() => form.submit()} okText={t("settings.add_key")} confirmLoading={making.isPending} width={600}>
      <ProblemAlert error={making.error} />
      <Form form={form} layout="vertical" initialValues={{ scopes: ["events:write"] }} onFinish={(v) => making.mutate({ name: v.name.trim(), scopes: v.scopes })}>
        <Form.Item name="name" label={t("settings.key_name")} rules={[{ required: true, whitespace: true, message: t("settings.key_name_needed") }]}><Input autoFocus placeholder={t("settings.key_name_example")} maxLength={80} /></Form.Item>
        <Form.Item name="scopes" label={t("settings.scopes")} extra={t("settings.scopes_means")} rules={[{ required: true, message: t("settings.scopes_needed") }]}>
          <Checkbox.Group style={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 4 }} options={scopes.map((s) => ({ value: s, label: <span><span className="mono">{s}</span> <span className="faint" style={{ fontSize: 12.5 }}>{t(`scope.${s.replace(":", "_")}`)}</span></span> }))} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
