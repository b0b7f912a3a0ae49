import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useNavigate } from "react-router";
import { Page, Sheet } from "../../shared/ui/Page";
import { Editor } from "./Editor";

/** A new definition: its name first, for the name is for ever; then its text. */
export function NewDefinition({ kind }: { kind: string }) {
  return kind === "identity" ? <Navigate to="/definitions/identity/default" replace /> : <NewOfKind kind={kind} />;
}

function NewOfKind({ kind }: { kind: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [named, setNamed] = useState<{ name: string; title: string } | null>(null);
  const kindTitle = t(`definition.kind.${kind}`, { defaultValue: kind });
  return (
    <Page title={t("definition.new_of", { kind: kindTitle })} crumbs={[{ to: `/definitions?kind=${kind}`, title: kindTitle }]}>
      {named ? (
        <Editor kind={kind} name={named.name} title={named.title} base={{}} live={null} onDone={() => void navigate(`/definitions/${kind}/${encodeURIComponent(named.name)}`)} />
      ) : (
        <Sheet>
          <Form layout="vertical" style={{ maxWidth: 480 }} onFinish={setNamed}>
            <Form.Item name="title" label={t("definition.title")} rules={[{ required: true, whitespace: true, message: t("definition.title_needed") }]}><Input autoFocus maxLength={100} /></Form.Item>
            <Form.Item name="name" label={t("definition.name")} extra={t("definition.name_rule")} rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9_-]{0,63}$/, message: t("definition.name_rule") }]}><Input className="mono" /></Form.Item>
            <Button type="primary" htmlType="submit">{t("definition.continue")}</Button>
          </Form>
        </Sheet>
      )}
    </Page>
  );
}
