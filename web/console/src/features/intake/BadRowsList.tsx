import { useTranslation } from "react-i18next";
import { exact } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import type { BadRows } from "./api";

/** Every kind of bad row with its count and the first examples. */
export function BadRowsList({ problems }: { problems: BadRows[] }) {
  const { t } = useTranslation();
  const code = useCode();
  return (
    <div className="stack" style={{ gap: 16 }}>
      {problems.map((p) => (
        <div key={p.code}>
          <div className="row"><b>{code("refusal", p.code)}</b> <span className="faint mono">{p.code}</span> <span className="quiet">{t("import.bad_count", { count: p.count, rows: exact(p.count) })}</span></div>
          <ul className="diff" style={{ marginTop: 4 }}>
            {p.examples.slice(0, 5).map((e, i) => <li key={i} className="removed">{e.row ? <span className="quiet">{t("import.row", { row: e.row })}</span> : null} {e.detail}</li>)}
          </ul>
        </div>
      ))}
    </div>
  );
}
