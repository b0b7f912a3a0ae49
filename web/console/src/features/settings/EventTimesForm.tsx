import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, InputNumber, Radio } from "antd";
import { useTranslation } from "react-i18next";
import { Loaded } from "../../shared/ui/Loaded";
import { Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { type EventTimes, fetchEventTimes, saveEventTimes } from "./eventTimes";

const key = ["event-times"];

/** How far ahead a source's clock may be. */
export function EventTimesForm({ mayChange }: { mayChange: boolean }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: key, queryFn: fetchEventTimes });
  return <Sheet title={t("event_times.title")}><Loaded query={query}>{(times) => <Fields times={times} mayChange={mayChange} />}</Loaded></Sheet>;
}

function Fields({ times, mayChange }: { times: EventTimes; mayChange: boolean }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const saving = useMutation({
    mutationFn: saveEventTimes,
    onSuccess: (saved) => {
      queries.setQueryData(key, saved);
      void message.success(t("settings.saved"));
    },
  });
  return (
    <Form layout="vertical" style={{ maxWidth: 480 }} initialValues={times} disabled={!mayChange} onFinish={(v: EventTimes) => saving.mutate(v)}>
      <ProblemAlert error={saving.error} />
      <Form.Item name="futureHours" label={t("event_times.hours")} extra={t("event_times.hours_means")} rules={[{ required: true }]}>
        <InputNumber min={0} max={168} precision={0} />
      </Form.Item>
      <Form.Item name="later" label={t("event_times.later")}>
        <Radio.Group options={(["refuse", "clamp"] as const).map((value) => ({ value, label: t(`event_times.${value}`) }))} />
      </Form.Item>
      {mayChange ? <Button htmlType="submit" loading={saving.isPending}>{t("settings.save")}</Button> : null}
    </Form>
  );
}
