import { useQuery } from "@tanstack/react-query";
import { Button, Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { exactMoney } from "../../shared/format/money";
import { exact } from "../../shared/format/number";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Loaded } from "../../shared/ui/Loaded";
import { Explained } from "../../shared/ui/MetricCard";
import { Page, Sheet } from "../../shared/ui/Page";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { useSession } from "../session/useSession";
import { fetchOffers, type Offer } from "./api";
import { Used } from "./Used";
import { useOfferWords } from "./useOfferWords";

export const tones = { upcoming: "plain", running: "good", ended: "plain", exhausted: "warn" } as const;

/** Every offer in force: what it gives and how far its limits and budget are used. */
export function OffersPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const navigate = useNavigate();
  const words = useOfferWords();
  const query = useQuery({ queryKey: ["offers"], queryFn: ({ signal }) => fetchOffers(signal) });
  const running = query.data?.filter((o) => o.state === "running").length ?? 0;
  const make = can("definitions:write") ? <Button type="primary" onClick={() => void navigate("/definitions/offer/new")}>{t("offer.new")}</Button> : undefined;
  return (
    <Page title={t("nav.offers")} answer={query.data ? t("offer.answer", { count: running, running: exact(running), uses: exact(query.data.reduce((sum, o) => sum + o.uses, 0)) }) : undefined} tools={make}>
      <Loaded query={query}>
        {(offers) => offers.length === 0 ? <Sheet><EmptyState title={t("offer.empty")} action={make}>{t("offer.empty_text")}</EmptyState></Sheet> : (
          <Sheet flush>
            <Table<Offer>
              rowKey={(o) => o.name}
              dataSource={offers}
              pagination={false}
              rowClassName="opens"
              onRow={(o) => ({ onClick: (e) => { if ((e.target as Element).closest("a") === null) void navigate(`/offers/${encodeURIComponent(o.name)}`); } })}
              columns={[
                { title: t("offer.title"), render: (_, o) => <><Link className="link" to={`/offers/${encodeURIComponent(o.name)}`}><b>{words.title(o)}</b></Link><div className="faint" style={{ fontSize: 13 }}>{words.gives(o)}</div></> },
                { title: t("offer.state_title"), render: (_, o) => <State family="offer.state" code={o.state} tone={tones[o.state as keyof typeof tones]} /> },
                { title: t("offer.code_title"), render: (_, o) => <>{t(`offer.code.${o.codeKind}`)}{o.code === "" ? null : <div className="mono faint">{o.code}</div>}</> },
                { title: t("offer.coupons"), render: (_, o) => o.codeKind === "personal" ? <Used label={t("offer.coupons")} value={o.coupons} limit={o.limits.coupons} shown={exact} /> : <span className="faint">—</span> },
                { title: <Explained label={t("offer.uses")} explanation={{ definition: t("offer.uses_means") }} />, render: (_, o) => <Used label={t("offer.uses")} value={o.uses} limit={o.limits.uses} shown={exact} /> },
                { title: <Explained label={t("offer.budget")} explanation={{ definition: t("offer.budget_means") }} />, render: (_, o) => <Used label={t("offer.budget")} value={o.spentMinor} limit={o.limits.budgetMinor} shown={(minor) => exactMoney(minor, o.currency)} /> },
                { title: t("offer.ends"), render: (_, o) => <When at={o.endsAt} exactly /> },
              ]}
            />
          </Sheet>
        )}
      </Loaded>
    </Page>
  );
}
