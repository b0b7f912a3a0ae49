import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm, Table } from "antd";
import { useTranslation } from "react-i18next";
import { problemWords } from "../../shared/api/problemWords";
import { useNavigate } from "react-router";
import { useCode } from "../../shared/state/useCode";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { When } from "../../shared/ui/When";
import { End } from "./Ends";
import { type Decision, fetchDecisions, revokeDecision } from "./identity";

/** What was decided about the person's identifiers; each can be taken back. */
export function DecisionList({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const code = useCode();
  const decisions = useQuery({ queryKey: ["decisions", personId], queryFn: ({ signal }) => fetchDecisions(personId, signal) });
  if (decisions.isError) return <ProblemAlert error={decisions.error} onRetry={() => void decisions.refetch()} />;
  if (!decisions.data || decisions.data.length === 0) return <p className="quiet">{t("identity.no_decisions")}</p>;
  return (
    <div className="scroll-x">
      <Table
        size="small"
        pagination={false}
        rowKey="id"
        dataSource={decisions.data}
        columns={[
          { title: t("identity.decision"), render: (_, d) => <>{code("decision_kind", d.kind)}<div className="faint mono">#{d.id}</div></> },
          { title: t("identity.about"), render: (_, d) => <Sides decision={d} /> },
          { title: t("identity.reason"), render: (_, d) => <span style={{ overflowWrap: "anywhere" }}>{d.reason}</span> },
          { title: t("identity.by"), render: (_, d) => <>{d.by}<div className="faint"><When at={d.at} /></div></> },
          { title: "", align: "right", render: (_, d) => (d.revokedAt ? <span className="quiet">{t("identity.revoked_by", { by: d.revokedBy })}<div className="faint"><When at={d.revokedAt} /></div></span> : <Revoke personId={personId} decision={d} />) },
        ]}
      />
    </div>
  );
}

function Sides({ decision }: { decision: Decision }) {
  const sides = decision.kind === "together" ? [decision.identifiers] : [0, 1].map((side) => decision.identifiers.filter((i) => i.side === side)).filter((s) => s.length > 0);
  return <div className="stack" style={{ gap: 4 }}>{sides.map((side, i) => <div key={i} style={i > 0 ? { borderTop: "1px dashed var(--rule)", paddingTop: 4 } : undefined}>{side.map((e) => <div key={e.id}><End end={e} /></div>)}</div>)}</div>;
}

function Revoke({ personId, decision }: { personId: string; decision: Decision }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const revoking = useMutation({
    mutationFn: () => revokeDecision(personId, decision.id),
    onSuccess: async (now) => {
      void message.success(t("identity.revoked"));
      await queries.invalidateQueries();
      if (now !== "" && now !== personId) await navigate(`/members/${now}?tab=identity`);
    },
    onError: (error) => void message.error(problemWords(error)),
  });
  return (
    <Popconfirm title={t("identity.revoke_title")} description={t("identity.revoke_text")} okText={t("identity.revoke")} onConfirm={() => revoking.mutate()}>
      <Button size="small" loading={revoking.isPending}>{t("identity.revoke")}</Button>
    </Popconfirm>
  );
}
