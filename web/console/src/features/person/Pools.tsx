import { useQuery } from "@tanstack/react-query";
import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { exact } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import { Sheet } from "../../shared/ui/Page";
import { fetchPoolsOf } from "../loyaltyPools/api";
import { useSession } from "../session/useSession";
import { PersonLink } from "./PersonLink";

/** With whom the member spends points together, and what they hold. Nothing for who spends alone. */
export function Pools({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const code = useCode();
  const { can } = useSession();
  const pools = useQuery({ queryKey: ["pools", personId], queryFn: ({ signal }) => fetchPoolsOf(personId, signal), enabled: can("loyalty:read"), retry: false });
  return (
    <>
      {(pools.data ?? []).map((pool) => (
        <Sheet key={pool.id} title={<Link className="link" to={`/loyalty/pools/${pool.id}`}>{t("pool.title", { title: pool.title })}</Link>} note={t("pool.together", { points: exact(pool.spendable) })}>
          <div className="stack" style={{ gap: 8 }}>
            {pool.members.filter((m) => m.state !== "left").map((m) => (
              <div key={m.personId} className="row" style={{ justifyContent: "space-between" }}>
                <span><PersonLink id={m.personId} name={m.name} /> {m.personId === pool.owner ? <Tag>{t("pool.owner")}</Tag> : null}{m.state === "invited" ? <Tag>{t("pool.invited")}</Tag> : null}</span>
                <span className="number">{exact(m.spendable)}{m.mostPerMonth !== null ? <span className="faint"> · {t("pool.most", { points: exact(m.mostPerMonth) })}</span> : null}</span>
              </div>
            ))}
            <div className="faint" style={{ fontSize: 13 }}>{code("pool.draws", pool.draws)}</div>
          </div>
        </Sheet>
      ))}
    </>
  );
}
