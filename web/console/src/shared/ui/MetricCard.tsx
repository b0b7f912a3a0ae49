import { Popover } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** Where a figure comes from; shown when it is pointed at or focused. */
export interface Explanation {
  definition: string;
  filters?: string;
  asOf?: ReactNode;
  source?: string;
}

interface Props {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  explanation?: Explanation;
}

/** One figure that explains itself. */
export function MetricCard({ label, value, note, explanation }: Props) {
  return (
    <div className="card">
      <span className="label">{explanation ? <Explained label={label} explanation={explanation} /> : label}</span>
      <span className="value">{value}</span>
      <span className="note">{note}</span>
    </div>
  );
}

/** A word with its definition behind it, by pointer, focus or tap. */
export function Explained({ label, explanation }: { label: ReactNode; explanation: Explanation }) {
  const { t } = useTranslation();
  return (
    <Popover
      trigger={["hover", "focus", "click"]}
      content={
        <div style={{ maxWidth: 360 }}>
          <p>{explanation.definition}</p>
          <dl className="facts" style={{ marginTop: 8, fontSize: 13 }}>
            {explanation.filters ? (<><dt>{t("metric.filters")}</dt><dd>{explanation.filters}</dd></>) : null}
            {explanation.asOf ? (<><dt>{t("metric.as_of")}</dt><dd>{explanation.asOf}</dd></>) : null}
            {explanation.source ? (<><dt>{t("metric.source")}</dt><dd>{explanation.source}</dd></>) : null}
          </dl>
        </div>
      }
    >
      <span className="explained" tabIndex={0}>{label}</span>
    </Popover>
  );
}
