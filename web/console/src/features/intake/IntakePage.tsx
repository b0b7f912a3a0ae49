import { useQuery } from "@tanstack/react-query";
import { Button, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { exact } from "../../shared/format/number";
import { Page } from "../../shared/ui/Page";
import { useSession } from "../session/useSession";
import { countOpenDeadLetters, fetchSources } from "./api";
import { DeadLetters } from "./DeadLetters";
import { Imports } from "./Imports";
import { LiveEvents } from "./LiveEvents";
import { Sources } from "./Sources";

export function IntakePage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const sources = useQuery({ queryKey: ["sources"], queryFn: ({ signal }) => fetchSources(signal), refetchInterval: 10_000 });
  const open = useQuery({ queryKey: ["dead-letters", "open-count"], queryFn: ({ signal }) => countOpenDeadLetters(signal), refetchInterval: 15_000 });
  const events = sources.data?.reduce((sum, s) => sum + s.events, 0) ?? 0;
  const dead = open.data ?? 0;

  return (
    <Page
      title={t("nav.intake")}
      answer={sources.data ? <>{t("intake.answer", { sources: new Set(sources.data.map((s) => s.source)).size, events: exact(events) })} {dead === 0 ? t("intake.answer_clean") : <b>{t("intake.answer_dead", { count: dead, dead: exact(dead) })}</b>}</> : undefined}
      tools={can("intake:write") ? <Button type="primary" onClick={() => void navigate("/intake/upload")}>{t("intake.upload.title")}</Button> : undefined}
    >
      <Tabs
        activeKey={params.get("tab") ?? "sources"}
        onChange={(tab) => setParams(tab === "sources" ? {} : { tab })}
        destroyOnHidden
        items={[
          { key: "sources", label: t("intake.tab.sources"), children: <Sources query={sources} /> },
          { key: "imports", label: t("intake.tab.imports"), children: <Imports /> },
          { key: "dead", label: t("intake.tab.dead"), children: <DeadLetters /> },
          { key: "live", label: t("intake.tab.live"), children: <LiveEvents /> },
        ]}
      />
    </Page>
  );
}
