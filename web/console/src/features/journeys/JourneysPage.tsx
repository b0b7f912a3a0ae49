import { useQuery } from "@tanstack/react-query";
import { Select, Table, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { exact } from "../../shared/format/number";
import { useQueryState } from "../../shared/state/useQueryState";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ListPage } from "../../shared/ui/ListPage";
import { Loaded } from "../../shared/ui/Loaded";
import { Explained } from "../../shared/ui/MetricCard";
import { Count } from "../../shared/ui/Numbers";
import { Page, Sheet } from "../../shared/ui/Page";
import { messageColumns } from "../person/messageColumns";
import { PersonLink } from "../person/PersonLink";
import { fetchAllMessages, fetchJourneys } from "./api";

export function JourneysPage() {
  const { t } = useTranslation();
  const [state, set] = useQueryState({ tab: "journeys", state: "" });
  const query = useQuery({ queryKey: ["journeys"], queryFn: ({ signal }) => fetchJourneys(signal), refetchInterval: 15_000 });
  const waiting = query.data?.reduce((sum, j) => sum + j.waiting, 0) ?? 0;
  const sent = query.data?.reduce((sum, j) => sum + j.sent, 0) ?? 0;
  return (
    <Page title={t("nav.journeys")} answer={query.data ? t("journey.answer", { count: query.data.length, waiting: exact(waiting), sent: exact(sent) }) : undefined}>
      <Tabs
        activeKey={state.tab}
        onChange={(tab) => set({ tab, state: "" })}
        destroyOnHidden
        items={[
          {
            key: "journeys",
            label: t("nav.journeys"),
            children: (
              <Loaded query={query}>
                {(journeys) => journeys.length === 0 ? <Sheet><EmptyState title={t("journey.empty")}>{t("journey.empty_text")}</EmptyState></Sheet> : (
                  <Sheet flush>
                    <Table
                      rowKey={(j) => j.name}
                      dataSource={journeys}
                      pagination={false}
                      columns={[
                        { title: t("journey.title"), render: (_, j) => <><Link className="link" to={`/journeys/${encodeURIComponent(j.name)}`}><b>{j.title}</b></Link><div className="faint mono">{j.name}</div></> },
                        { title: t("journey.version"), align: "right", render: (_, j) => <Link className="link" to={`/definitions/journey/${encodeURIComponent(j.name)}`}>v{j.version}</Link> },
                        { title: <Explained label={t("journey.waiting")} explanation={{ definition: t("journey.waiting_means") }} />, align: "right", render: (_, j) => <Count value={j.waiting} /> },
                        { title: t("journey.ended"), align: "right", render: (_, j) => <Count value={j.ended} /> },
                        { title: t("journey.sent"), align: "right", render: (_, j) => <Count value={j.sent} /> },
                        { title: <Explained label={t("journey.skipped")} explanation={{ definition: t("journey.skipped_means") }} />, align: "right", render: (_, j) => <Count value={j.skipped} /> },
                      ]}
                    />
                  </Sheet>
                )}
              </Loaded>
            ),
          },
          {
            key: "messages",
            label: t("journey.messages"),
            children: (
              <ListPage
                name="messages"
                filters={{ state: state.state }}
                fetch={fetchAllMessages}
                rowKey={(m) => m.id}
                columns={[{ key: "person", title: t("orders.person"), render: (_, m) => <PersonLink id={m.personId} name={m.personName} /> }, ...messageColumns(t)]}
                filterBar={
                  <Select
                    allowClear
                    placeholder={t("message.state")}
                    aria-label={t("message.state")}
                    style={{ width: 136 }}
                    value={state.state || undefined}
                    onChange={(s?: string) => set({ state: s ?? "" })}
                    options={["queued", "sent", "skipped"].map((s) => ({ value: s, label: t(`message_state.${s}`) }))}
                  />
                }
                empty={<EmptyState title={t("message.none")}>{t("message.none_text")}</EmptyState>}
              />
            ),
          },
        ]}
      />
    </Page>
  );
}
