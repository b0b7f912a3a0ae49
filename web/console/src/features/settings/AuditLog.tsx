import { useQuery } from "@tanstack/react-query";
import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useCode } from "../../shared/state/useCode";
import { useQueryState } from "../../shared/state/useQueryState";
import { useTyped } from "../../shared/state/useTyped";
import { asText, reading } from "../../shared/api/read";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ListPage } from "../../shared/ui/ListPage";
import { When } from "../../shared/ui/When";
import { Words } from "../../shared/ui/Words";
import { fetchAuditActions, fetchAuditLog } from "./api";

/** Who changed what. */
export function AuditLog() {
  const { t } = useTranslation();
  const [state, set] = useQueryState({ actor: "", action: "" });
  const [actor, setActor] = useTyped(state.actor, (text) => set({ actor: text }));
  return (
    <ListPage
      name="audit"
      filters={state}
      fetch={fetchAuditLog}
      rowKey={(l) => l.id}
      filterBar={
        <>
          <Input allowClear value={actor} onChange={(e) => setActor(e.target.value)} placeholder={t("settings.actor_example")} aria-label={t("settings.actor")} style={{ width: 200 }} />
          <ActionSelect value={state.action} onChange={(action) => set({ action })} />
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

/** What was done, found by its words or by the code that the API knows. */
function ActionSelect({ value, onChange }: { value: string; onChange: (action: string) => void }) {
  const { t, i18n } = useTranslation();
  const code = useCode();
  const actions = useQuery({ queryKey: ["audit-actions"], queryFn: ({ signal }) => fetchAuditActions(signal), staleTime: Infinity });
  const options = (actions.data ?? []).map((action) => ({ value: action, label: code("audit_action", action) }));
  return (
    <Select
      allowClear
      showSearch={{ filterOption: (typed, option) => `${option?.label} ${option?.value}`.toLowerCase().includes(typed.trim().toLowerCase()) }}
      value={value === "" ? undefined : value}
      placeholder={t("settings.any_action")}
      aria-label={t("settings.action")}
      onChange={(action?: string) => onChange(action ?? "")}
      style={{ width: 260 }}
      options={options.sort((a, b) => a.label.localeCompare(b.label, i18n.language))}
      labelRender={(chosen) => chosen.label ?? code("audit_action", String(chosen.value))}
      notFoundContent={t("settings.no_such_action")}
    />
  );
}

function Detail({ detail }: { detail: unknown }) {
  const { t } = useTranslation();
  const r = reading(detail as { before?: unknown; after?: unknown });
  const before = asText(r.any("before"));
  const after = asText(r.any("after"));
  if (before === "" && after === "") return <span className="faint">—</span>;
  return (
    <div className="mono quiet" style={{ whiteSpace: "normal", overflowWrap: "anywhere", maxWidth: 560 }}>
      {before === "" ? null : <div><span className="faint">{t("settings.before")}</span> {before}</div>}
      {after === "" ? null : <div>{before === "" ? null : <span className="faint">{t("settings.after")} </span>}{after}</div>}
    </div>
  );
}
