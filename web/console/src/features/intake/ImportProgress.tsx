import { Progress } from "antd";
import { useTranslation } from "react-i18next";
import { bytes, exact } from "../../shared/format/number";
import { duration, instant } from "../../shared/format/time";
import { useNow } from "../../shared/state/useNow";
import type { Import } from "./api";

/** How far a file is read, and how long the rest will take at the pace so far. */
export function ImportProgress({ of, brief = false }: { of: Import; brief?: boolean }) {
  const { t } = useTranslation();
  const share = of.state === "done" ? 1 : of.rowsTotal ? of.rowsRead / of.rowsTotal : of.bytesTotal > 0 ? of.bytesRead / of.bytesTotal : 0;
  const running = of.state === "running" || of.state === "waiting";
  const now = useNow(running);
  const started = instant(of.startedAt);
  const elapsed = started ? (now - started.getTime()) / 1000 : 0;
  const left = running && share > 0.02 && elapsed > 1 ? (elapsed / share) * (1 - share) : null;
  return (
    <div>
      <Progress percent={Math.floor(share * 100)} size={brief ? "small" : undefined} status={of.state === "failed" ? "exception" : running ? "active" : "normal"} />
      {brief ? null : (
        <div className="row quiet" style={{ justifyContent: "space-between" }}>
          <span>{of.rowsTotal ? t("import.rows_of", { read: exact(of.rowsRead), total: exact(of.rowsTotal) }) : t("import.bytes_of", { rows: exact(of.rowsRead), read: bytes(of.bytesRead), total: bytes(of.bytesTotal) })}</span>
          <span>{left !== null ? t("import.left", { left: duration(left) }) : ""}</span>
        </div>
      )}
    </div>
  );
}
