import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { Page } from "../../shared/ui/Page";
import { useSession } from "../session/useSession";
import { ApiKeys } from "./ApiKeys";
import { AuditLog } from "./AuditLog";
import { BrandForm } from "./BrandForm";
import { EventTimesForm } from "./EventTimesForm";
import { Look } from "./Look";
import { Users } from "./Users";

export function SettingsPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const [params, setParams] = useSearchParams();
  const admin = can("admin");
  const tabs = [
    { key: "brand", label: t("settings.tab.brand"), children: <div className="stack"><BrandForm mayChange={admin} />{can("intake:read") ? <EventTimesForm mayChange={admin} /> : null}</div> },
    { key: "look", label: t("settings.tab.look"), children: <Look /> },
    ...(admin ? [
      { key: "users", label: t("settings.tab.users"), children: <Users /> },
      { key: "keys", label: t("settings.tab.keys"), children: <ApiKeys /> },
      { key: "audit", label: t("settings.tab.audit"), children: <AuditLog /> },
    ] : []),
  ];
  return (
    <Page title={t("nav.settings")}>
      <Tabs activeKey={params.get("tab") ?? "brand"} onChange={(tab) => setParams(tab === "brand" ? {} : { tab })} items={tabs} destroyOnHidden />
    </Page>
  );
}
