import { useQuery } from "@tanstack/react-query";
import { Button, Table } from "antd";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCode } from "../../shared/state/useCode";
import { ChannelMarks } from "../../shared/ui/ChannelTag";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { useSession } from "../session/useSession";
import { fetchLinks, type LinkLine, type Person } from "./api";
import { DecideDialog } from "./DecideDialog";
import { DecisionList } from "./DecisionList";
import { channelOfNamespace } from "./describe";
import { End, useRuleWords } from "./Ends";
import { IdentityGraph } from "./IdentityGraph";
import { PersonLink } from "./PersonLink";
import { WhyPanel } from "./WhyPanel";

const noLinks: LinkLine[] = [];

/** What the person is known by, and the evidence that it is one person. */
export function Identities({ person }: { person: Person }) {
  const { t } = useTranslation();
  const code = useCode();
  const words = useRuleWords();
  const links = useQuery({ queryKey: ["links", person.id], queryFn: ({ signal }) => fetchLinks(person.id, signal) });
  return (
    <div className="stack">
      <Picture person={person} links={links.data ?? noLinks} />
      <Contested person={person} />
      <div>
        <h3>{t("identity.decisions")}</h3>
        <DecisionList personId={person.id} />
      </div>
      <div>
        <h3>{t("person.identifiers")}</h3>
        <Table
          size="small"
          pagination={false}
          rowKey="id"
          dataSource={person.identifiers}
          columns={[
            { title: t("identity.namespace"), render: (_, i) => <span className="row">{channelOfNamespace(i.namespace) ? <ChannelMarks channels={[channelOfNamespace(i.namespace)]} /> : null}{code("namespace", i.namespace)}</span> },
            { title: t("identity.scope"), render: (_, i) => i.scope || <span className="faint">—</span> },
            { title: t("identity.value"), render: (_, i) => <span className="mono">{i.value}</span> },
            { title: t("identity.verified"), render: (_, i) => <State family="verified" code={i.verified ? "yes" : "no"} tone={i.verified ? "good" : "plain"} /> },
            { title: t("identity.source"), render: (_, i) => i.source },
            { title: t("identity.last_seen"), render: (_, i) => <When at={i.lastSeen} /> },
          ]}
        />
      </div>
      <div>
        <h3>{t("identity.links")}</h3>
        <p className="quiet">{t("identity.links_text")}</p>
        {links.isError ? <ProblemAlert error={links.error} onRetry={() => void links.refetch()} /> : null}
        <Table
          size="small"
          pagination={false}
          loading={links.isPending}
          rowKey={(l) => `${l.low.id}/${l.high.id}`}
          dataSource={links.data ?? []}
          locale={{ emptyText: <p className="quiet" style={{ padding: 16 }}>{t("identity.no_links")}</p> }}
          columns={[
            { title: t("identity.between"), render: (_, l) => <><End end={l.low} /> — <End end={l.high} /></> },
            { title: t("identity.strength"), render: (_, l) => code("strength", l.strength) },
            { title: t("identity.source"), render: (_, l) => l.source },
            { title: t("identity.first_seen"), render: (_, l) => <When at={l.firstSeen} /> },
            { title: t("identity.joins"), render: (_, l) => (l.droppedRule ? <span className="state warn" style={{ whiteSpace: "normal" }}>{t("identity.dropped", { rule: words(l.droppedRule) })}</span> : <span className="state good">{t("identity.joined")}</span>) },
          ]}
        />
      </div>
    </div>
  );
}

/** The graph, what can be decided, and the answer to "why" for two identifiers. */
function Picture({ person, links }: { person: Person; links: LinkLine[] }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [deciding, setDeciding] = useState<"merge" | "split" | null>(null);
  const [picked, setPicked] = useState<string[]>([]);
  const pick = useCallback((id: string) => setPicked((before) => (before.includes(id) ? before.filter((p) => p !== id) : [...before, id].slice(-2))), []);
  const own = useMemo(() => person.identifiers.map((i) => ({ id: i.id, namespace: i.namespace, value: i.value, personId: person.id })), [person]);
  const [a, b] = picked;
  return (
    <div>
      <div className="row" style={{ justifyContent: "space-between" }}>
        <h3>{t("identity.graph")}</h3>
        {can("persons:write") ? (
          <span className="row">
            <Button onClick={() => setDeciding("merge")}>{t("identity.merge")}</Button>
            <Button onClick={() => setDeciding("split")} disabled={person.identifiers.length < 2}>{t("identity.split")}</Button>
          </span>
        ) : null}
      </div>
      <p className="quiet">{t("identity.graph_text")}</p>
      <IdentityGraph personId={person.id} alone={own} links={links} picked={picked} onPick={pick} />
      {picked.length > 0 ? (
        <section style={{ marginTop: 16 }}>
          <div className="row" style={{ justifyContent: "space-between", marginBottom: 8 }}>
            <h3>{t("identity.why")}</h3>
            <Button size="small" onClick={() => setPicked([])}>{t("identity.clear")}</Button>
          </div>
          {a && b ? <WhyPanel a={a} b={b} /> : <p className="quiet">{t("identity.pick_second")}</p>}
        </section>
      ) : null}
      {deciding ? <DecideDialog person={person} kind={deciding} onClose={() => setDeciding(null)} /> : null}
    </div>
  );
}

/** Phones and addresses that others claim too. */
function Contested({ person }: { person: Person }) {
  const { t } = useTranslation();
  if (person.contested.length === 0) return null;
  return (
    <div>
      <h3>{t("identity.contested")}</h3>
      <p className="quiet">{t("identity.contested_text")}</p>
      <Table
        size="small"
        pagination={false}
        rowKey="id"
        dataSource={person.contested}
        columns={[
          { title: t("identity.value"), render: (_, c) => <End end={c} /> },
          { title: t("identity.owner"), render: (_, c) => (c.personId === "0" ? t("identity.nobody") : <PersonLink id={c.personId} />) },
          { title: t("identity.candidates"), render: (_, c) => <span className="row">{c.candidates.map((id) => <PersonLink key={id} id={id} />)}</span> },
        ]}
      />
    </div>
  );
}
