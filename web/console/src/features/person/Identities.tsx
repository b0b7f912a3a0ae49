import { useQuery } from "@tanstack/react-query";
import { Table } from "antd";
import { useTranslation } from "react-i18next";
import { useCode } from "../../shared/state/useCode";
import { ChannelMarks } from "../../shared/ui/ChannelTag";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { fetchLinks, type LinkEnd, type Person } from "./api";
import { channelOfNamespace } from "./describe";

function End({ end }: { end: LinkEnd }) {
  const code = useCode();
  return <span className="nowrap"><span className="quiet">{code("namespace", end.namespace)}</span> <span className="mono">{end.value}</span></span>;
}

/** What the person is known by, and the evidence that it is one person. */
export function Identities({ person }: { person: Person }) {
  const { t } = useTranslation();
  const code = useCode();
  const links = useQuery({ queryKey: ["links", person.id], queryFn: ({ signal }) => fetchLinks(person.id, signal) });
  return (
    <div className="stack">
      <div>
        <h3>{t("person.identifiers")}</h3>
        <Table
          size="small"
          pagination={false}
          rowKey={(i) => `${i.namespace}/${i.scope}/${i.value}`}
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
          rowKey={(l) => `${l.low.namespace}/${l.low.value}/${l.high.namespace}/${l.high.value}/${l.source}`}
          dataSource={links.data ?? []}
          locale={{ emptyText: <p className="quiet" style={{ padding: 16 }}>{t("identity.no_links")}</p> }}
          columns={[
            { title: t("identity.between"), render: (_, l) => <><End end={l.low} /> — <End end={l.high} /></> },
            { title: t("identity.strength"), render: (_, l) => code("strength", l.strength) },
            { title: t("identity.source"), render: (_, l) => l.source },
            { title: t("identity.first_seen"), render: (_, l) => <When at={l.firstSeen} /> },
            { title: t("identity.joins"), render: (_, l) => (l.droppedRule ? <span className="state warn">{t("identity.dropped", { rule: code("dropped_rule", l.droppedRule) })}</span> : <span className="state good">{t("identity.joined")}</span>) },
          ]}
        />
      </div>
    </div>
  );
}
