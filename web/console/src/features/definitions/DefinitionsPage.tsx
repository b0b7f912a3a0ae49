import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown, Segmented, Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { useQueryState } from "../../shared/state/useQueryState";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Loaded } from "../../shared/ui/Loaded";
import { Page, Sheet } from "../../shared/ui/Page";
import { When } from "../../shared/ui/When";
import { useSession } from "../session/useSession";
import { definitionKinds, fetchDefinitions } from "./api";

export function DefinitionsPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const navigate = useNavigate();
  const [state, set] = useQueryState({ kind: "" });
  const query = useQuery({ queryKey: ["definitions", state.kind], queryFn: ({ signal }) => fetchDefinitions(state.kind, signal) });
  return (
    <Page
      title={t("nav.definitions")}
      answer={t("definition.answer")}
      tools={can("definitions:write") ? (
        <Dropdown trigger={["click"]} menu={{ items: definitionKinds.map((kind) => ({ key: kind, label: t(`definition.kind.${kind}`), onClick: () => void navigate(`/definitions/${kind}/new`) })) }}>
          <Button type="primary">{t("definition.new")}</Button>
        </Dropdown>
      ) : undefined}
    >
      <div className="filters"><Segmented value={state.kind} onChange={(kind) => set({ kind })} options={["", ...definitionKinds].map((kind) => ({ value: kind, label: t(`definition.kind.${kind || "all"}`) }))} /></div>
      <Loaded query={query}>
        {(definitions) => (
          <Sheet flush>
            <Table
              rowKey={(d) => `${d.kind}/${d.name}`}
              dataSource={definitions}
              pagination={false}
              locale={{ emptyText: <EmptyState title={t("definition.empty")}>{t("definition.empty_text")}</EmptyState> }}
              columns={[
                { title: t("definition.title"), render: (_, d) => <><Link className="link" to={`/definitions/${d.kind}/${encodeURIComponent(d.name)}`}><b>{d.title}</b></Link><div className="faint mono">{d.name}</div></> },
                { title: t("definition.kind_title"), render: (_, d) => t(`definition.kind.${d.kind}`, { defaultValue: d.kind }) },
                { title: t("definition.live"), render: (_, d) => (d.liveVersion === null ? <span className="faint">—</span> : <span className="state good">v{d.liveVersion}</span>) },
                { title: t("definition.draft"), render: (_, d) => (d.draftVersion === null ? <span className="faint">—</span> : <span className="state warn">v{d.draftVersion}</span>) },
                { title: t("definition.changed"), render: (_, d) => <><When at={d.changedAt} /> <span className="faint">{d.changedBy}</span></> },
              ]}
            />
          </Sheet>
        )}
      </Loaded>
    </Page>
  );
}
