import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { setPreferences, usePreferences } from "../../app/preferences";
import { Facts } from "../../shared/ui/Facts";
import { Sheet } from "../../shared/ui/Page";

/** What only this browser remembers. */
export function Look() {
  const { t } = useTranslation();
  const { language, theme } = usePreferences();
  return (
    <Sheet>
      <Facts
        of={[
          [t("settings.language"), <Segmented value={language} onChange={(l) => setPreferences({ language: l })} options={[{ value: "zh" as const, label: "中文" }, { value: "en" as const, label: "English" }]} />],
          [t("settings.theme"), <Segmented value={theme} onChange={(v) => setPreferences({ theme: v })} options={(["system", "light", "dark"] as const).map((v) => ({ value: v, label: t(`settings.themes.${v}`) }))} />],
        ]}
      />
    </Sheet>
  );
}
