import { useMutation } from "@tanstack/react-query";
import { Form, InputNumber, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { FindPerson } from "../person/FindPerson";
import { invite, type Pool } from "./api";

/** The owner invites a member; how many of the guest's points the others may spend in a month is said here. */
export function InviteMember({ pool, onClose, onDone }: { pool: Pool; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const [key] = useState(() => crypto.randomUUID());
  const [guest, setGuest] = useState("");
  const [most, setMost] = useState<number | null>(null);
  // What was refused and is asked with other words is another request.
  const inviting = useMutation({ mutationFn: () => invite(pool, guest, most, `${key}-${guest}-${most ?? ""}`), onSuccess: onDone });
  return (
    <Modal open width={560} title={t("pool.invite")} onCancel={onClose} onOk={() => inviting.mutate()} okText={t("pool.invite_do")} okButtonProps={{ disabled: guest === "" }} confirmLoading={inviting.isPending}>
      <ProblemAlert error={inviting.error} />
      <Form layout="vertical">
        <Form.Item label={t("pool.whom")} required><FindPerson members autoFocus except={pool.members.filter((m) => m.state !== "left").map((m) => m.personId)} onChoose={setGuest} /></Form.Item>
        <Form.Item label={t("pool.limit")} htmlFor="pool-limit" extra={t("pool.limit_means")} style={{ marginBottom: 0 }}>
          <InputNumber id="pool-limit" min={0} precision={0} value={most} onChange={setMost} placeholder={t("pool.no_limit")} style={{ width: 200 }} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
