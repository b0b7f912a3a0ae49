import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, DatePicker, Form, Input, Modal, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { fetchProgram } from "./api";
import { endGrant, grantTier } from "./tiers";

interface Values {
  tier: string;
  reason: string;
  until?: Dayjs;
  proof?: string;
}

/** A tier given by hand, with an end and a reason; the message that says so takes it back. */
export function GrantTier({ personId, onClose, onDone }: { personId: string; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [key] = useState(() => crypto.randomUUID());
  const program = useQuery({ queryKey: ["program", "default"], queryFn: ({ signal }) => fetchProgram("default", signal), staleTime: 60_000 });
  const undo = async (grantId: string, notice: string) => {
    message.destroy(notice);
    await endGrant(personId, grantId);
    onDone();
  };
  const granting = useMutation({
    mutationFn: (v: Values) => grantTier(personId, { tier: v.tier, reason: v.reason.trim(), ...(v.until ? { until: v.until.add(1, "day").startOf("day").toISOString() } : {}), ...(v.proof?.trim() ? { proof: v.proof.trim() } : {}) }, key),
    onSuccess: (sheet) => {
      const made = sheet.grants[0];
      void message.success({ key, duration: 8, content: <>{t("tier.granted")} {made ? <Button type="link" size="small" onClick={() => void undo(made.id, key)}>{t("tier.undo")}</Button> : null}</> });
      onDone();
    },
  });
  return (
    <Modal open title={t("tier.grant")} onCancel={onClose} onOk={() => form.submit()} okText={t("tier.give")} confirmLoading={granting.isPending}>
      <ProblemAlert error={granting.error} />
      <p className="quiet">{t("tier.grant_means")}</p>
      <Form<Values> form={form} layout="vertical" onFinish={(v) => granting.mutate(v)}>
        <Form.Item name="tier" label={t("tier.which")} rules={[{ required: true, message: t("tier.which_needed") }]}>
          <Select options={program.data?.tiers.slice(1).map((tier) => ({ value: tier.name, label: tier.title }))} />
        </Form.Item>
        <Form.Item name="until" label={t("tier.last_day")} extra={t("tier.for_ever_default")}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="reason" label={t("tier.reason")} rules={[{ required: true, whitespace: true, message: t("tier.reason_needed") }]}>
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
        <Form.Item name="proof" label={t("tier.proof")} extra={t("tier.proof_means")}>
          <Input maxLength={500} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
