import { useQuery } from "@tanstack/react-query";
import { Button, Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Loaded } from "../../shared/ui/Loaded";
import { Count } from "../../shared/ui/Numbers";
import { Page, Sheet } from "../../shared/ui/Page";
import { When } from "../../shared/ui/When";
import { useSession } from "../session/useSession";
import { fetchAudiences, isOnePerHousehold } from "./api";

export function AudiencesPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const navigate = useNavigate();
  const query = useQuery({ queryKey: ["audiences"], queryFn: ({ signal }) => fetchAudiences(signal) });
  const make = can("definitions:write") ? <Button type="primary" onClick={() => void navigate("/definitions/audience/new")}>{t("audience.new")}</Button> : undefined;
  return (
    <Page title={t("nav.audiences")} answer={query.data && query.data.length > 0 ? t("audience.answer", { count: query.data.length }) : t("audience.answer_none")} tools={make}>
      <Loaded query={query}>
        {(audiences) => audiences.length === 0 ? <Sheet><EmptyState title={t("audience.empty")} action={make}>{t("audience.empty_text")}</EmptyState></Sheet> : (
          <Sheet flush>
            <Table
              rowKey={(a) => a.name}
              dataSource={audiences}
              pagination={false}
              rowClassName="opens"
              onRow={(a) => ({ onClick: (e) => { if ((e.target as Element).closest("a") === null) void navigate(`/audiences/${encodeURIComponent(a.name)}`); } })}
              columns={[
                { title: t("audience.title"), render: (_, a) => <><Link className="link" to={`/audiences/${encodeURIComponent(a.name)}`}><b>{a.title}</b></Link><div className="faint"><span className="mono">{a.name}</span>{isOnePerHousehold(a.definition) ? ` · ${t("audience.one_per_household")}` : null}</div></> },
                { title: t("audience.people"), align: "right", render: (_, a) => <b><Count value={a.count} /></b> },
                { title: t("audience.as_of"), render: (_, a) => <When at={a.asOf} /> },
                { title: "", align: "right", render: (_, a) => <Link className="link" to={`/definitions/audience/${encodeURIComponent(a.name)}`}>{t("definition.open")}</Link> },
              ]}
            />
          </Sheet>
        )}
      </Loaded>
    </Page>
  );
}
