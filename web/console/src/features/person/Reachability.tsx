import { useTranslation } from "react-i18next";
import { useCode } from "../../shared/state/useCode";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import type { Consent } from "./api";

/** What the person allowed and forbade, by contact point and purpose. */
export function Reachability({ consents }: { consents: Consent[] }) {
  const { t } = useTranslation();
  const code = useCode();
  if (consents.length === 0) return <p className="quiet">{t("person.no_consents")}</p>;
  return (
    <ul style={{ listStyle: "none", margin: 0, padding: 0 }}>
      {consents.map((c) => (
        <li key={`${c.via}/${c.purpose}/${c.point}`} className="row" style={{ padding: "4px 0", flexWrap: "wrap", rowGap: 0 }}>
          <State family="consent" code={c.granted ? "granted" : "forbidden"} />
          <span>{t("person.consent", { via: code("via", c.via), purpose: code("purpose", c.purpose) })}</span>
          <span className="faint mono" style={{ minWidth: 0, overflowWrap: "anywhere" }}>{c.point}</span>
          <span className="faint nowrap" style={{ marginInlineStart: "auto", fontSize: 13 }}><When at={c.at} /></span>
        </li>
      ))}
    </ul>
  );
}
