import { useQuery } from "@tanstack/react-query";
import { Alert, Timeline } from "antd";
import { useTranslation } from "react-i18next";
import { useCode } from "../../shared/state/useCode";
import { Loaded } from "../../shared/ui/Loaded";
import { When } from "../../shared/ui/When";
import { End, useRuleWords } from "./Ends";
import { fetchWhy, type Override, type WhyAnswer, type WhyLink } from "./identity";

/** Why two identifiers are one person's, or are not. */
export function WhyPanel({ a, b }: { a: string; b: string }) {
  const query = useQuery({ queryKey: ["why", a, b], queryFn: ({ signal }) => fetchWhy(a, b, signal) });
  return <Loaded query={query} rows={3}>{(why) => <Answer why={why} />}</Loaded>;
}

function Answer({ why }: { why: WhyAnswer }) {
  const { t } = useTranslation();
  const code = useCode();
  const links = why.path.length > 0 ? why.path : why.dropped;
  return (
    <div className="stack" style={{ gap: 12 }}>
      <Alert type={why.verdict === "one_person" ? "success" : "info"} showIcon title={<><End end={why.a} /> · <End end={why.b} /></>} description={code("why", why.verdict)} />
      {why.decisions.map((d) => <div key={d.id} className="quiet">{t("identity.decided_by", { by: d.by, reason: d.reason })} <When at={d.at} /></div>)}
      {why.overrides.map((o) => <Overridden key={`${o.decision} ${o.rule}`} of={o} />)}
      {links.length > 0 ? <Timeline style={{ marginTop: 8 }} items={links.map((link, i) => ({ key: i, color: link.droppedRule ? "red" : "green", content: <Evidence link={link} /> }))} /> : null}
    </div>
  );
}

function Overridden({ of }: { of: Override }) {
  const { t } = useTranslation();
  const words = useRuleWords();
  return (
    <Alert
      type="warning"
      showIcon
      title={<>{t("identity.overridden", { rule: words(of.rule) })} {of.identifiers.map((i) => <span key={i.id}><End end={i} /> </span>)}</>}
      description={<>{t("identity.overridden_by", { decision: of.decision, by: of.by, reason: of.reason })} <When at={of.at} /></>}
    />
  );
}

function Evidence({ link }: { link: WhyLink }) {
  const { t } = useTranslation();
  const code = useCode();
  const words = useRuleWords();
  return (
    <div>
      <div><End end={link.from} /> — <End end={link.to} /></div>
      <div className="quiet">
        {link.decision ? t("identity.by_decision", { decision: link.decision }) : <>{code("strength", link.strength)} · {link.source} · <span className="mono" style={{ overflowWrap: "anywhere" }}>{link.event}</span></>}
      </div>
      <div className="quiet"><When at={link.firstSeen} />{link.lastSeen !== link.firstSeen ? <> – <When at={link.lastSeen} /></> : null}{link.verifiedAt ? <> · {t("identity.verified_at")} <When at={link.verifiedAt} /></> : null}</div>
      {link.droppedRule ? <div className="state warn" style={{ whiteSpace: "normal" }}>{words(link.droppedRule)}</div> : null}
    </div>
  );
}
