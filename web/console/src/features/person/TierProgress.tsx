import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { exact } from "../../shared/format/number";
import { fetchProgram } from "../loyalty/api";
import { useSession } from "../session/useSession";
import type { Membership } from "./api";

/** The tier, the growth so far and what is missing to the next tier. */
export function TierProgress({ membership }: { membership: Membership }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const program = useQuery({ queryKey: ["program", "default"], queryFn: ({ signal }) => fetchProgram("default", signal), enabled: can("loyalty:read"), staleTime: 60_000, retry: false });
  const { next, growth } = membership;
  const from = program.data?.tiers.find((tier) => tier.name === membership.tier)?.threshold ?? 0;
  const to = next?.from ?? growth;
  const share = next && to > from ? Math.min(1, Math.max(0, (growth - from) / (to - from))) : 1;

  return (
    <div>
      <div className="row" style={{ justifyContent: "space-between", marginBottom: 6 }}>
        <b>{membership.tierTitle}</b>
        <span className="quiet">{next ? t("person.to_next", { growth: exact(next.missing), tier: next.title }) : t("person.top_tier")}</span>
      </div>
      <div className="meter" role="meter" aria-valuemin={from} aria-valuemax={Math.max(from, to)} aria-valuenow={growth} aria-label={t("person.growth")}>
        <i style={{ width: `${share * 100}%` }} />
      </div>
      <div className="faint" style={{ fontSize: 13, marginTop: 4 }}>{t("person.growth_is", { growth: exact(growth) })}</div>
    </div>
  );
}
