import { Checkbox } from "antd";
import { useTranslation } from "react-i18next";
import { isOnePerHousehold } from "./api";

type Body = Record<string, unknown> & { condition: unknown };

const isBody = (value: unknown): value is Body => typeof value === "object" && value !== null && "condition" in value;

/** What an audience has beside its condition; the text below says the same. */
export function AudienceForm({ body, onChange }: { body: unknown; onChange: (body: unknown) => void }) {
  const { t } = useTranslation();
  if (!isBody(body)) return null;
  const set = (on: boolean) => onChange(on ? { ...body, one_per: "household" } : Object.fromEntries(Object.entries(body).filter(([name]) => name !== "one_per")));
  return (
    <div className="stack" style={{ gap: 4 }}>
      <Checkbox checked={isOnePerHousehold(body)} onChange={(e) => set(e.target.checked)}>{t("audience.one_per_household")}</Checkbox>
      <span className="faint">{t("audience.one_per_household_note")}</span>
    </div>
  );
}
