import { useMutation } from "@tanstack/react-query";
import { App, DatePicker, Form, Input, InputNumber, Modal } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { adjustPoints } from "./api";
import { firstType, scaled } from "./pointTypes";

interface Values {
  points: number;
  reason: string;
  expires?: Dayjs;
}

/** Points given or taken by hand: says what the balance will be before it is done. */
export function AdjustPoints({ personId, balance, type = firstType, scale = 0, onClose, onDone }: { personId: string; balance: number; type?: string; scale?: number; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [key] = useState(() => crypto.randomUUID());
  const points = Form.useWatch("points", form) ?? 0;
  const adjusting = useMutation({
    mutationFn: (v: Values) => adjustPoints(personId, { points: v.points, ...(type === firstType ? {} : { point_type: type }), reason: v.reason.trim(), ...(v.expires ? { expires_at: v.expires.endOf("day").toISOString() } : {}) }, key),
    onSuccess: (what) => {
      void (what === "asked" ? message.info(t("points.adjustment_asked")) : message.success(t("points.adjusted")));
      onDone();
    },
  });
  return (
    <Modal open title={t("points.adjust")} onCancel={onClose} onOk={() => form.submit()} okText={points < 0 ? t("points.take", { points: scaled(-points, scale) }) : t("points.give", { points: scaled(points, scale) })} okButtonProps={{ disabled: !points }} confirmLoading={adjusting.isPending}>
      <ProblemAlert error={adjusting.error} />
      <Form<Values> form={form} layout="vertical" onFinish={(v) => adjusting.mutate(v)}>
        <Form.Item name="points" label={t("points.how_many")} extra={t("points.then", { balance: scaled(balance + points, scale) })} rules={[{ required: true, message: t("points.needed") }]}>
          <InputNumber precision={0} style={{ width: "100%" }} autoFocus />
        </Form.Item>
        <Form.Item name="reason" label={t("points.reason")} rules={[{ required: true, whitespace: true, message: t("points.reason_needed") }]}>
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
        {points > 0 ? (
          <Form.Item name="expires" label={t("points.expires_at")} extra={t("points.expires_default")}>
            <DatePicker style={{ width: "100%" }} />
          </Form.Item>
        ) : null}
      </Form>
    </Modal>
  );
}
