import { useTranslation } from "react-i18next";
import { percent } from "../format/number";

/** Change against the same period before: arrow, size and word, so that it does not hang on colour. */
export function Change({ now, before }: { now: number | null; before: number | null }) {
  const { t } = useTranslation();
  if (now === null || before === null) return null;
  if (before === 0) return <span className="faint">{now === 0 ? t("change.same") : t("change.from_zero")}</span>;
  const share = (now - before) / Math.abs(before);
  if (Math.abs(share) < 0.0005) return <span className="faint">{t("change.same")}</span>;
  const up = share > 0;
  return (
    <span className={up ? "good" : "bad"}>
      <span aria-hidden>{up ? "▲" : "▼"} </span>
      {t(up ? "change.more" : "change.less", { share: percent(Math.abs(share)) })}
    </span>
  );
}
