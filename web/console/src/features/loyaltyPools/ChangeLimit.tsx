import { useMutation } from "@tanstack/react-query";
import { Form, InputNumber, Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { limit, type Place, type Pool } from "./api";

/** How many of a member's points the others may spend in a month, changed by the member or by the owner. */
export function ChangeLimit({ pool, place, onClose, onDone }: { pool: Pool; place: Place; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const [key] = useState(() => crypto.randomUUID());
  const [by, setBy] = useState(place.personId);
  const [most, setMost] = useState(place.mostPerMonth);
  // What was refused and is asked with other words is another request.
  const changing = useMutation({ mutationFn: () => limit(pool.id, by, place.personId, most, `${key}-${by}-${most ?? ""}`), onSuccess: onDone });
  return (
    <Modal open width={480} title={t("pool.limit_of", { name: place.name || place.personId })} onCancel={onClose} onOk={() => changing.mutate()} okText={t("pool.limit_change")} okButtonProps={{ disabled: most === place.mostPerMonth }} confirmLoading={changing.isPending}>
      <ProblemAlert error={changing.error} />
      <Form layout="vertical">
        {place.personId === pool.owner ? null : (
          <Form.Item label={t("pool.limit_by")}>
            <Radio.Group value={by} onChange={(e) => setBy(e.target.value as string)} options={[{ value: place.personId, label: t("pool.limit_by_member") }, { value: pool.owner, label: t("pool.limit_by_owner") }]} />
          </Form.Item>
        )}
        <Form.Item label={t("pool.limit")} htmlFor="pool-limit" extra={<>{t("pool.limit_means")}{t("pool.limit_counts")}</>} style={{ marginBottom: 0 }}>
          <InputNumber id="pool-limit" min={0} precision={0} value={most} onChange={setMost} placeholder={t("pool.no_limit")} style={{ width: 200 }} autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  );
}
