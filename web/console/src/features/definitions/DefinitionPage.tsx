import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { Button, Table } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { useQueryState } from "../../shared/state/useQueryState";
import { JsonText } from "../../shared/ui/JsonText";
import { Loaded } from "../../shared/ui/Loaded";
import { Page, Sheet } from "../../shared/ui/Page";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { useSession } from "../session/useSession";
import { fetchVersion, fetchVersions, type Version } from "./api";
import { RebuildPanel } from "../identityRules/RebuildPanel";
import { RulesPage } from "../identityRules/RulesPage";
import { Promotions } from "../loyaltyRules/Promotions";
import { DifferenceList } from "./DifferenceList";
import { Editor } from "./Editor";
import { NewDefinition } from "./NewDefinition";
import { PublishButton } from "./PublishButton";

export function DefinitionPage() {
  const { kind = "", name = "" } = useParams();
  return name === "new" ? <NewDefinition kind={kind} /> : kind === "identity" ? <RulesPage name={name}>{() => <Existing key={`${kind}/${name}`} kind={kind} name={name} />}</RulesPage> : <Existing key={`${kind}/${name}`} kind={kind} name={name} />;
}

function Existing({ kind, name }: { kind: string; name: string }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const navigate = useNavigate();
  const [state, set] = useQueryState({ version: "", edit: "" });
  const query = useQuery({ queryKey: ["versions", kind, name], queryFn: ({ signal }) => fetchVersions(kind, name, signal) });
  const versions = query.data ?? [];
  const live = versions.find((v) => v.state === "live");
  const newest = versions[0];
  const shown = versions.find((v) => String(v.version) === state.version) ?? newest;
  const draft = newest && newest.state === "draft" ? newest : undefined;
  const title = shown?.title || name;
  return (
    <Page
      title={title}
      crumbs={[{ to: `/definitions?kind=${kind}`, title: t(`definition.kind.${kind}`, { defaultValue: kind }) }]}
      answer={query.data ? (draft && live ? t("definition.draft_and_live", { draft: draft.version, live: live.version }) : draft ? t("definition.draft_only", { draft: draft.version }) : live ? t("definition.live_only", { live: live.version }) : undefined) : undefined}
      tools={
        <>
          {kind === "audience" ? <Button onClick={() => void navigate(`/audiences/${encodeURIComponent(name)}`)}>{t("audience.members")}</Button> : null}
          {kind === "program" && live && shown && shown.version !== live.version && state.edit === "" && can("definitions:write") ? <Button onClick={() => void navigate(`/loyalty/simulations?program=${encodeURIComponent(name)}&version=${shown.version}`)}>{t("simulation.of_draft")}</Button> : null}
          {can("definitions:write") && state.edit === "" ? <Button onClick={() => set({ edit: "1" })}>{t("definition.edit")}</Button> : null}
          {can("definitions:write") && draft && state.edit === "" ? <PublishButton kind={kind} name={name} draft={draft} live={live} /> : null}
        </>
      }
    >
      <Loaded query={query} rows={12}>
        {() => shown ? (
          state.edit !== "" ? (
            <WithBody kind={kind} name={name} version={shown}>
              {(base) => <WithBody kind={kind} name={name} version={live ?? shown}>{(liveBody) => <Editor kind={kind} name={name} title={shown.title} base={base} live={live ? liveBody : null} onDone={() => set({ edit: "", version: "" })} />}</WithBody>}
            </WithBody>
          ) : (
            <div className="stack">
              {kind === "identity" && live ? <RebuildPanel /> : null}
              {live && shown.version !== live.version ? (
                <Sheet title={t("definition.changes", { from: live.version, to: shown.version })} note={shown.note}>
                  <WithBody kind={kind} name={name} version={live}>{(before) => <WithBody kind={kind} name={name} version={shown}>{(after) => <DifferenceList before={before} after={after} kind={kind} />}</WithBody>}</WithBody>
                </Sheet>
              ) : null}
              {kind === "program" ? <Promotions program={name} version={shown.version} /> : null}
              <Sheet title={t("definition.body", { version: shown.version })} note={<State family="definition.state" code={shown.state} />}>
                <WithBody kind={kind} name={name} version={shown}>{(body) => <JsonText value={body} />}</WithBody>
              </Sheet>
              <Sheet title={t("definition.history")} flush>
                <Table
                  size="middle"
                  rowKey={(v) => String(v.version)}
                  dataSource={versions}
                  pagination={versions.length > 20 ? { pageSize: 20 } : false}
                  rowClassName={(v) => (v.version === shown.version ? "ant-table-row-selected" : "")}
                  columns={[
                    { title: t("definition.version"), render: (_, v) => <button type="button" className="link" onClick={() => set({ version: String(v.version) })}>v{v.version}</button> },
                    { title: t("definition.state_title"), render: (_, v) => <State family="definition.state" code={v.state} tone={v.state === "retired" ? "plain" : undefined} /> },
                    { title: t("definition.note"), render: (_, v) => v.note || <span className="faint">—</span> },
                    { title: t("definition.by"), render: (_, v) => v.createdBy },
                    { title: t("definition.at"), render: (_, v) => <When at={v.createdAt} /> },
                  ]}
                />
              </Sheet>
            </div>
          )
        ) : null}
      </Loaded>
    </Page>
  );
}

/** A version's body, fetched when the list came without it. */
function WithBody({ kind, name, version, children }: { kind: string; name: string; version: Version; children: (body: unknown) => ReactNode }) {
  const query = useQuery({
    queryKey: ["version", kind, name, version.version],
    queryFn: ({ signal }) => fetchVersion(kind, name, version.version, signal),
    initialData: version.body === null ? undefined : version,
    staleTime: Infinity,
  });
  return <Loaded query={query} rows={6}>{(v) => <>{children(v.body)}</>}</Loaded>;
}
