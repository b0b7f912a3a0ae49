import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { exactMoney } from "../../shared/format/money";
import { exact } from "../../shared/format/number";
import { fetchProgram } from "../loyalty/api";
import { useSession } from "../session/useSession";
import { useBrand } from "../settings/useBrand";
import type { Membership } from "./api";

/** The tier, the growth so far and what is missing to the next tier. */
export function TierProgress({ membership }: { membership: Membership }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const program = useQuery({ queryKey: ["program", "default"], queryFn: ({ signal }) => fetchProgram("default", signal), enabled: can("loyalty:read"), staleTime: 60_000, retry: false });
  const brand = useBrand();
  const { next, growth } = membership;
  const have = next && next.of !== "growth" ? next.from - next.missing : growth;
  const missing = next ? (next.of === "spend" ? exactMoney(next.missing, brand.currency) : next.of === "orders" ? t("tier.amount.orders", { count: next.missing, value: exact(next.missing) }) : exact(next.missing)) : "";
  const from = next && next.of !== "growth" ? 0 : program.data?.tiers.find((tier) => tier.name === membership.tier)?.threshold ?? 0;
  const to = next?.from ?? have;
  const share = next && to > from ? Math.min(1, Math.max(0, (have - from) / (to - from))) : 1;

  return (
    <div>
      <div className="row" style={{ justifyContent: "space-between", marginBottom: 6 }}>
        <b>{membership.tierTitle}</b>
        <span className="quiet">{next ? t("person.to_next", { growth: missing, tier: next.title }) : t("person.top_tier")}</span>
      </div>
      <div className="meter" role="meter" aria-valuemin={from} aria-valuemax={Math.max(from, to)} aria-valuenow={have} aria-label={t("person.growth")}>
        <i style={{ width: `${share * 100}%` }} />
      </div>
      <div className="faint" style={{ fontSize: 13, marginTop: 4 }}>{t("person.growth_is", { growth: exact(growth) })}</div>
    </div>
  );
}
