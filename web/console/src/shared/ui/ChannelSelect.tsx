import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { ChannelTag } from "./ChannelTag";
import { knownChannels } from "./channels";

export function ChannelSelect({ value, onChange }: { value: string; onChange: (channel: string) => void }) {
  const { t } = useTranslation();
  return (
    <Select
      allowClear
      value={value === "" ? undefined : value}
      placeholder={t("filter.channel")}
      aria-label={t("filter.channel")}
      onChange={(channel?: string) => onChange(channel ?? "")}
      style={{ width: 136 }}
      options={knownChannels.map((channel) => ({ value: channel, label: <ChannelTag channel={channel} /> }))}
    />
  );
}
