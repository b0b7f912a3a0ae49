import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form, Input, Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { FindPerson } from "../person/FindPerson";
import { openPool } from "./api";

/** Whose it is, what it is called and in which order it spends. */
export function OpenPool({ onClose, onDone }: { onClose: () => void; onDone: (id: string) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [key] = useState(() => crypto.randomUUID());
  const [owner, setOwner] = useState("");
  const [title, setTitle] = useState("");
  const [draws, setDraws] = useState("soonest_expiry");
  const opening = useMutation({
    mutationFn: () => openPool(owner, title.trim(), draws, key),
    onSuccess: async (id) => {
      await queries.invalidateQueries({ queryKey: ["pools"] });
      onDone(id);
    },
  });
  return (
    <Modal open width={560} title={t("pool.open")} onCancel={onClose} onOk={() => opening.mutate()} okText={t("pool.open_do")} okButtonProps={{ disabled: owner === "" || title.trim() === "" }} confirmLoading={opening.isPending}>
      <ProblemAlert error={opening.error} />
      <Form layout="vertical">
        <Form.Item label={t("pool.owner")} extra={t("pool.owner_means")} required><FindPerson members autoFocus onChoose={setOwner} /></Form.Item>
        <Form.Item label={t("pool.name")} htmlFor="pool-name" required>
          <Input id="pool-name" value={title} maxLength={100} onChange={(e) => setTitle(e.target.value)} placeholder={t("pool.name_example")} />
        </Form.Item>
        <Form.Item label={t("pool.draws_title")} style={{ marginBottom: 0 }}>
          <Radio.Group className="stack" style={{ gap: 6 }} value={draws} onChange={(e) => setDraws(String(e.target.value))} options={["soonest_expiry", "spender_first"].map((value) => ({ value, label: t(`pool.draws.${value}`) }))} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
