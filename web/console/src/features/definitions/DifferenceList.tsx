import { useTranslation } from "react-i18next";
import { useCode } from "../../shared/state/useCode";
import { type Difference, differences } from "../../shared/json/diff";

/** What changes between two versions, one line a change. */
export function DifferenceList({ before, after, kind = "" }: { before: unknown; after: unknown; kind?: string }) {
  const { t } = useTranslation();
  const words = useCode();
  // Identity rules have words for what they are made of; other kinds go by their own names.
  const named = (part: string, at: number, path: string[]) => kind !== "identity" ? part : at === 1 && path[0] === "namespaces" ? words("namespace", part) : words("rules", part);
  const all = differences(before, after);
  if (all.length === 0) return <p className="quiet">{t("definition.no_difference")}</p>;
  return (
    <ul className="diff">
      {all.map((d) => (
        <li key={d.path.join("/")} className={d.kind}>
          <span className="quiet">{d.path.map((part, at) => named(String(part), at, d.path.map(String))).join(" › ")}</span>{" "}
          <Words difference={d} />
        </li>
      ))}
    </ul>
  );
}

function Words({ difference: d }: { difference: Difference }) {
  const { t } = useTranslation();
  if (d.kind === "added") return <>{t("definition.added")} <ins className="mono">{brief(d.after)}</ins></>;
  if (d.kind === "removed") return <>{t("definition.removed")} <del className="mono">{brief(d.before)}</del></>;
  return <><del className="mono">{brief(d.before)}</del> → <ins className="mono">{brief(d.after)}</ins></>;
}

function brief(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
