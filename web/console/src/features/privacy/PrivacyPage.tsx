import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useQueryState } from "../../shared/state/useQueryState";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ListPage } from "../../shared/ui/ListPage";
import { Page } from "../../shared/ui/Page";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { Words } from "../../shared/ui/Words";
import { fetchRequests, type PrivacyRequest } from "./api";
import { NewRequest } from "./NewRequest";
import { RetentionPanel } from "./RetentionPanel";

export function PrivacyPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [state, set] = useQueryState({ state: "", person: "", new: "" });
  const counts = useQuery({ queryKey: ["privacy-counts"], queryFn: ({ signal }) => fetchRequests({ limit: "1" }, null, signal), refetchInterval: 10_000 });
  const filters: Record<string, string> = { state: state.state, person: state.person };
  return (
    <Page
      title={t("privacy.title")}
      answer={counts.data ? (counts.data.waiting === 0 ? t("privacy.none_waiting") : counts.data.overdue > 0 ? t("privacy.overdue", { count: counts.data.waiting, overdue: counts.data.overdue }) : t("privacy.waiting", { count: counts.data.waiting })) : undefined}
      tools={<Button type="primary" onClick={() => set({ new: "1" })}>{t("privacy.new")}</Button>}
    >
      <ListPage<PrivacyRequest>
        name="privacy"
        filters={filters}
        fetch={fetchRequests}
        refetchMs={5000}
        rowKey={(r) => r.id}
        onOpen={(r) => void navigate(`/privacy/${r.id}`)}
        filterBar={<Segmented value={state.state} onChange={(s) => set({ state: s })} options={["", "open", "running", "failed", "done", "withdrawn"].map((s) => ({ value: s, label: t(`privacy_state.${s || "all"}`) }))} />}
        columns={[
          { key: "id", title: t("privacy.number"), render: (_, r) => <span className="mono">{r.id}</span> },
          { key: "kind", title: t("privacy.kind"), render: (_, r) => <Words family="privacy_kind" code={r.kind} /> },
          { key: "person", title: t("privacy.person"), render: (_, r) => <span className="mono">#{r.personId}</span> },
          { key: "state", title: t("privacy.state"), render: (_, r) => <State family="privacy_state" code={r.state} /> },
          { key: "received", title: t("privacy.received"), render: (_, r) => <When at={r.receivedAt} /> },
          { key: "due", title: t("privacy.due"), render: (_, r) => <span className={r.overdue ? "bad" : undefined}><When at={r.dueAt} exactly />{r.overdue ? ` · ${t("privacy.late")}` : ""}</span> },
          { key: "by", title: t("privacy.by"), render: (_, r) => r.createdBy, extra: true },
        ]}
        empty={<EmptyState title={t("privacy.empty")}>{t("privacy.empty_text")}</EmptyState>}
      />
      <RetentionPanel />
      {state.new !== "" ? <NewRequest person={state.person} onClose={() => set({ new: "" })} /> : null}
    </Page>
  );
}
