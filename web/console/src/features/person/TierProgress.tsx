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
  const tiers = [...(program.data?.tiers ?? [])].sort((a, b) => a.threshold - b.threshold);
  const at = tiers.findIndex((tier) => tier.name === membership.tier);
  const current = tiers[at];
  const next = at >= 0 ? tiers[at + 1] : undefined;
  const nextTitle = next?.title || next?.name || membership.nextTier;
  const missing = next ? Math.max(0, next.threshold - membership.growth) : membership.growthToNext;
  const from = current?.threshold ?? 0;
  const to = next?.threshold ?? membership.growth + (missing ?? 0);
  const share = to > from ? Math.min(1, Math.max(0, (membership.growth - from) / (to - from))) : 1;

  return (
    <div>
      <div className="row" style={{ justifyContent: "space-between", marginBottom: 6 }}>
        <b>{current?.title || membership.tier}</b>
        <span className="quiet">{nextTitle && missing !== null ? t("person.to_next", { growth: exact(missing), tier: nextTitle }) : t("person.top_tier")}</span>
      </div>
      <div className="meter" role="meter" aria-valuemin={from} aria-valuemax={to} aria-valuenow={membership.growth} aria-label={t("person.growth")}>
        <i style={{ width: `${share * 100}%` }} />
      </div>
      <div className="faint" style={{ fontSize: 13, marginTop: 4 }}>{t("person.growth_is", { growth: exact(membership.growth) })}</div>
    </div>
  );
}
