import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { JsonText } from "../../shared/ui/JsonText";
import { Loaded } from "../../shared/ui/Loaded";
import { Page, Sheet } from "../../shared/ui/Page";
import { fetchDefinitions } from "../definitions/api";
import { Editor } from "../definitions/Editor";
import { useSession } from "../session/useSession";
import { fetchShipped } from "./api";
import { RebuildPanel } from "./RebuildPanel";

/** The identity rules; until somebody writes others, those that ship. */
export function RulesPage({ name, children }: { name: string; children: () => ReactNode }) {
  const query = useQuery({ queryKey: ["definitions", "identity"], queryFn: ({ signal }) => fetchDefinitions("identity", signal) });
  return <Loaded query={query} rows={12}>{(all) => (all.some((d) => d.name === name) ? children() : <Shipped name={name} />)}</Loaded>;
}

function Shipped({ name }: { name: string }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [editing, setEditing] = useState(false);
  const query = useQuery({ queryKey: ["shipped-rules"], queryFn: ({ signal }) => fetchShipped(signal), staleTime: Infinity });
  return (
    <Page title={t("rules.title")} crumbs={[{ to: "/definitions?kind=identity", title: t("definition.kind.identity") }]} answer={t("rules.shipped")}
      tools={can("definitions:write") && !editing ? <Button type="primary" onClick={() => setEditing(true)}>{t("definition.edit")}</Button> : undefined}>
      <Loaded query={query} rows={12}>
        {(body) => editing ? <Editor kind="identity" name={name} title={t("rules.title")} base={body} live={body} onDone={() => setEditing(false)} /> : (
          <div className="stack">
            {can("definitions:write") ? <RebuildPanel /> : null}
            <Sheet title={t("rules.in_force")}><JsonText value={body} /></Sheet>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
