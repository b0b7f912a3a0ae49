import { useQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useQueryState } from "../../shared/state/useQueryState";
import { useTyped } from "../../shared/state/useTyped";
import { ChannelSelect } from "../../shared/ui/ChannelSelect";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ListPage } from "../../shared/ui/ListPage";
import { Page } from "../../shared/ui/Page";
import { SearchBox } from "../../shared/ui/SearchBox";
import { fetchProgram } from "../loyalty/api";
import { useOpenPerson } from "../person/useOpenPerson";
import { useSession } from "../session/useSession";
import { fetchPersons } from "./api";
import { personColumns } from "./columns";

const unfiltered = { q: "", tier: "", channel: "", member: "", city: "", sort: "" };

export function MembersPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const [state, set] = useQueryState(unfiltered);
  const { openedId, open } = useOpenPerson();
  const program = useQuery({ queryKey: ["program", "default"], queryFn: ({ signal }) => fetchProgram("default", signal), enabled: can("loyalty:read"), staleTime: 60_000 });
  const filtered = Object.values(state).some((v) => v !== "");

  return (
    <Page title={t("members.title")} answer={t("members.answer")} tools={<Link to="/members/review"><Button>{t("review.title")}</Button></Link>}>
      <ListPage
        name="members"
        filters={state}
        fetch={fetchPersons}
        columns={personColumns(t)}
        exported={{ path: "/v1/persons/export.csv", title: t("members.title") }}
        rowKey={(p) => p.id}
        onOpen={(p) => open(p.id)}
        isMarked={(p) => p.id === openedId}
        filterBar={
          <>
            <SearchBox value={state.q} onChange={(q) => set({ q })} placeholder={t("members.search")} width={320} autoFocus />
            <Select
              allowClear
              value={state.member || undefined}
              placeholder={t("members.membership")}
              aria-label={t("members.membership")}
              onChange={(member?: string) => set({ member: member ?? "" })}
              style={{ width: 128 }}
              options={[{ value: "true", label: t("members.only_members") }, { value: "false", label: t("members.not_members") }]}
            />
            <Select
              allowClear
              value={state.tier || undefined}
              placeholder={t("members.tier")}
              aria-label={t("members.tier")}
              onChange={(tier?: string) => set({ tier: tier ?? "" })}
              style={{ width: 128 }}
              options={(program.data?.tiers ?? []).map((tier) => ({ value: tier.name, label: tier.title || tier.name }))}
            />
            <ChannelSelect value={state.channel} onChange={(channel) => set({ channel })} />
            <CityBox value={state.city} onChange={(city) => set({ city })} />
            <Select
              value={state.sort}
              aria-label={t("filter.sort")}
              onChange={(sort) => set({ sort })}
              style={{ width: 152 }}
              options={["", "spent", "orders", "points", "joined"].map((sort) => ({ value: sort, label: t(`members.sort.${sort || "last_seen"}`) }))}
            />
            {filtered ? <Button type="text" onClick={() => set(unfiltered)}>{t("filter.clear")}</Button> : null}
          </>
        }
        empty={
          filtered ? (
            <EmptyState title={t("members.none_found")} action={<Button onClick={() => set(unfiltered)}>{t("filter.clear")}</Button>}>{t("members.none_found_text")}</EmptyState>
          ) : (
            <EmptyState title={t("members.empty")} action={can("intake:write") ? <Link to="/intake/upload"><Button type="primary">{t("intake.upload.title")}</Button></Link> : undefined}>{t("members.empty_text")}</EmptyState>
          )
        }
      />
    </Page>
  );
}

function CityBox({ value, onChange }: { value: string; onChange: (city: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useTyped(value, onChange);
  return <Input allowClear value={text} onChange={(e) => setText(e.target.value)} placeholder={t("members.city")} aria-label={t("members.city")} style={{ width: 112 }} />;
}
