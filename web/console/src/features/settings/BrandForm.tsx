import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { setZone } from "../../shared/format/time";
import { Loaded } from "../../shared/ui/Loaded";
import { Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { type Brand, saveBrand } from "./api";
import { brandQuery } from "./useBrand";

export function BrandForm({ mayChange }: { mayChange: boolean }) {
  const query = useQuery(brandQuery);
  return <Sheet><Loaded query={query}>{(brand) => <Fields brand={brand} mayChange={mayChange} />}</Loaded></Sheet>;
}

function Fields({ brand, mayChange }: { brand: Brand; mayChange: boolean }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const saving = useMutation({
    mutationFn: (v: Brand) => saveBrand({ ...brand, ...v }),
    onSuccess: (saved) => {
      setZone(saved.zone);
      queries.setQueryData(brandQuery.queryKey, saved);
      void message.success(t("settings.saved"));
    },
  });
  return (
    <Form layout="vertical" style={{ maxWidth: 480 }} initialValues={brand} disabled={!mayChange} onFinish={(v: Brand) => saving.mutate(v)}>
      <ProblemAlert error={saving.error} />
      <Form.Item name="name" label={t("settings.brand_name")} rules={[{ required: true, whitespace: true }]}><Input maxLength={80} /></Form.Item>
      <Form.Item name="zone" label={t("settings.zone")} extra={t("settings.zone_means")} rules={[{ required: true }]}>
        <Select showSearch options={zones().map((zone) => ({ value: zone, label: zone }))} />
      </Form.Item>
      <Form.Item name="currency" label={t("settings.currency")} extra={t("settings.currency_means")} rules={[{ required: true }]}>
        <Select showSearch options={["CNY", "HKD", "TWD", "USD", "EUR", "GBP", "JPY", "SGD", "MYR", "KRW"].map((c) => ({ value: c, label: c }))} />
      </Form.Item>
      <Form.Item name="languages" label={t("settings.languages")} extra={t("settings.languages_means")}>
        <Select mode="multiple" options={["zh-CN", "en", "zh-TW", "zh-HK"].map((l) => ({ value: l, label: l }))} />
      </Form.Item>
      {mayChange ? <Button type="primary" htmlType="submit" loading={saving.isPending}>{t("settings.save")}</Button> : <p className="quiet">{t("settings.admin_only")}</p>}
    </Form>
  );
}

function zones(): string[] {
  return typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : ["Asia/Shanghai", "UTC"];
}
