import { Alert, Button, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { JsonText } from "./JsonText";

/** A secret that the server tells only now. Closing takes a deliberate click. */
export function ShownOnce({ title, text, secret, onClose }: { title: string; text: string; secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open title={title} closable={false} mask={{ closable: false }} keyboard={false} footer={<Button type="primary" onClick={onClose}>{t("action.noted")}</Button>}>
      <Alert type="warning" showIcon title={text} style={{ marginBottom: 16 }} />
      <JsonText value={secret} />
    </Modal>
  );
}
