import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { exact } from "../../shared/format/number";
import { EmptyState } from "../../shared/ui/EmptyState";
import { JsonText } from "../../shared/ui/JsonText";
import { ListPage } from "../../shared/ui/ListPage";
import { Page, Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { When } from "../../shared/ui/When";
import { personColumns } from "../members/columns";
import { useOpenPerson } from "../person/useOpenPerson";
import { fetchAudiencePersons, fetchAudiences, isOnePerHousehold } from "./api";

export function AudiencePage() {
  const { t } = useTranslation();
  const { name = "" } = useParams();
  const { openedId, open } = useOpenPerson();
  const navigate = useNavigate();
  const all = useQuery({ queryKey: ["audiences"], queryFn: ({ signal }) => fetchAudiences(signal) });
  const audience = all.data?.find((a) => a.name === name);
  return (
    <Page
      title={audience?.title ?? name}
      crumbs={[{ to: "/audiences", title: t("nav.audiences") }]}
      answer={audience && audience.count !== null ? <>{t("audience.one_answer", { count: audience.count, people: exact(audience.count) })} <When at={audience.asOf} /></> : undefined}
      tools={<Button onClick={() => void navigate(`/definitions/audience/${encodeURIComponent(name)}`)}>{t("definition.open")}</Button>}
    >
      <div className="stack">
        {all.isError ? <ProblemAlert error={all.error} /> : null}
        <ListPage
          name="audience-persons"
          filters={{ audience: name }}
          fetch={(_, cursor, signal) => fetchAudiencePersons(name, cursor, signal)}
          columns={personColumns(t)}
          exported={{ path: `/v1/audiences/${encodeURIComponent(name)}/persons/export.csv`, query: {}, title: audience?.title ?? name }}
          rowKey={(p) => p.id}
          onOpen={(p) => open(p.id)}
          isMarked={(p) => p.id === openedId}
          filterBar={<><h2>{t("audience.members")}</h2>{isOnePerHousehold(audience?.definition) ? <span className="faint">{t("audience.one_per_household")}</span> : null}</>}
          empty={<EmptyState title={t("audience.nobody")}>{t("audience.nobody_text")}</EmptyState>}
        />
        {audience?.definition !== undefined ? <Sheet title={t("audience.definition")} note={t("audience.definition_note")}><JsonText value={audience.definition} /></Sheet> : null}
      </div>
    </Page>
  );
}
