import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { exact } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import { useOpenPerson } from "../person/useOpenPerson";
import type { Report, Sample } from "./api";

/** What a rebuild changes, in words. */
export function ReportOf({ report, done = false }: { report: Report; done?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="stack" style={{ gap: 12 }}>
      <p style={{ margin: 0 }}>
        <b>{report.affected === 0 ? t("rules.nobody_affected") : t(done ? "rules.changed" : "rules.would_change", { count: report.affected })}</b>{" "}
        <span className="faint">{t("rules.looked_at", { identifiers: exact(report.identifiers), links: exact(report.links), seconds: report.seconds.toFixed(1) })}</span>
      </p>
      {report.affected > 0 || report.linksDropped > 0 || report.linksBelieved > 0 ? (
        <ul style={{ margin: 0, paddingInlineStart: 20 }}>
          {report.merged > 0 ? <li>{t("rules.merged", { count: report.merged })}</li> : null}
          {report.divided > 0 ? <li>{t("rules.divided", { count: report.divided })}</li> : null}
          {report.born > 0 ? <li>{t("rules.born", { count: report.born })}</li> : null}
          {report.linksDropped > 0 ? <li>{t("rules.dropped", { count: report.linksDropped })}</li> : null}
          {report.linksBelieved > 0 ? <li>{t("rules.believed", { count: report.linksBelieved })}</li> : null}
        </ul>
      ) : null}
      {report.samples.length > 0 ? (
        <div>
          <h3>{t("rules.examples")}</h3>
          <ul className="diff">{report.samples.map((s) => <Case key={`${s.what}${s.person}`} of={s} />)}</ul>
        </div>
      ) : null}
      {report.warnings.map((w) => <Alert key={w} type="warning" showIcon title={<Warning text={w} />} />)}
    </div>
  );
}

function Case({ of }: { of: Sample }) {
  const { t } = useTranslation();
  const words = useCode();
  const { open } = useOpenPerson();
  const named = (id: string, name: string) => <button type="button" className="link" onClick={() => open(id)}>{name || t("person.nameless", { id })} <span className="mono faint">#{id}</span></button>;
  return (
    <li>
      {named(of.person, of.name)} {t(`rules.case_${of.what}`)} {of.into ? named(of.into, of.intoName) : null}
      {of.rules.map((rule) => {
        const [code = "", namespace = ""] = rule.split(":");
        return <span key={rule} className="faint"> · {t(`dropped_rule.${code}`, { namespace: words("namespace", namespace), defaultValue: rule })}</span>;
      })}
    </li>
  );
}

// The server says it in English; the two that there are have words of their own.
function Warning({ text }: { text: string }) {
  const { t } = useTranslation();
  const words = useCode();
  const shared = /^'(\w+)' has no shared_after/.exec(text);
  return <>{shared ? t("rules.warn_shared", { namespace: words("namespace", shared[1]!) }) : text.startsWith("No namespace of persons is unique") ? t("rules.warn_person") : text}</>;
}
