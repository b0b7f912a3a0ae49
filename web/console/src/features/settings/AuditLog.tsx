import { Input } from "antd";
import { useTranslation } from "react-i18next";
import { useQueryState } from "../../shared/state/useQueryState";
import { useTyped } from "../../shared/state/useTyped";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ListPage } from "../../shared/ui/ListPage";
import { When } from "../../shared/ui/When";
import { Words } from "../../shared/ui/Words";
import { fetchAuditLog } from "./api";

/** Who changed what. */
export function AuditLog() {
  const { t } = useTranslation();
  const [state, set] = useQueryState({ actor: "", action: "" });
  const [actor, setActor] = useTyped(state.actor, (text) => set({ actor: text }));
  const [action, setAction] = useTyped(state.action, (text) => set({ action: text }));
  return (
    <ListPage
      name="audit"
      filters={state}
      fetch={fetchAuditLog}
      rowKey={(l) => l.id}
      filterBar={
        <>
          <Input allowClear value={actor} onChange={(e) => setActor(e.target.value)} placeholder={t("settings.actor_example")} aria-label={t("settings.actor")} style={{ width: 200 }} />
          <Input allowClear value={action} onChange={(e) => setAction(e.target.value)} placeholder={t("settings.action_example")} aria-label={t("settings.action")} style={{ width: 220 }} />
        </>
      }
      columns={[
        { key: "at", title: t("settings.at"), render: (_, l) => <When at={l.at} /> },
        { key: "actor", title: t("settings.actor"), render: (_, l) => <span className="mono">{l.actor}</span> },
        { key: "action", title: t("settings.action"), render: (_, l) => <Words family="audit_action" code={l.action} /> },
        { key: "target", title: t("settings.target"), render: (_, l) => <span className="mono">{l.target}</span> },
        { key: "detail", title: t("settings.detail"), render: (_, l) => <Detail detail={l.detail} /> },
      ]}
      empty={<EmptyState title={t("settings.no_audit")}>{t("settings.no_audit_text")}</EmptyState>}
    />
  );
}

function Detail({ detail }: { detail: unknown }) {
  const text = detail === null || detail === undefined ? "" : JSON.stringify(detail);
  if (text === "" || text === "{}" || text === "null") return <span className="faint">—</span>;
  return <span className="mono quiet" style={{ whiteSpace: "normal", overflowWrap: "anywhere" }}>{text}</span>;
}
