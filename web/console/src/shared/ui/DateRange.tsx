import { DatePicker } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";

/** A range of calendar days in the brand's zone; empty text means open. */
export function DateRange({ from, to, onChange }: { from: string; to: string; onChange: (from: string, to: string) => void }) {
  const { t } = useTranslation();
  return (
    <DatePicker.RangePicker
      allowEmpty={[true, true]}
      value={[from === "" ? null : dayjs(from), to === "" ? null : dayjs(to)]}
      placeholder={[t("filter.from"), t("filter.to")]}
      onChange={(range) => onChange(range?.[0]?.format("YYYY-MM-DD") ?? "", range?.[1]?.format("YYYY-MM-DD") ?? "")}
      style={{ width: 248 }}
      aria-label={t("filter.dates")}
    />
  );
}
