import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Loaded } from "../../shared/ui/Loaded";
import { Sheet } from "../../shared/ui/Page";
import { useBrand } from "../settings/useBrand";
import { fetchCalendar } from "./api";
import { EarnRules } from "./EarnRules";
import { MemberDays } from "./MemberDays";

/** What a version of a program gives beside the rate, and on which days of the next months. */
export function Promotions({ program, version, currency }: { program: string; version: number; currency?: string }) {
  const { t } = useTranslation();
  const brand = useBrand();
  const money = currency || brand.currency;
  const query = useQuery({ queryKey: ["rule-calendar", program, version], queryFn: ({ signal }) => fetchCalendar(program, version, 92, signal), staleTime: 60_000 });
  return (
    <>
      <Sheet title={t("earn_rules.title")} note={t("earn_rules.note")} flush>
        <Loaded query={query} rows={4}>{(c) => (c.rules.length === 0 ? <EmptyState title={t("earn_rules.none")}>{t("earn_rules.none_text")}</EmptyState> : <EarnRules calendar={c} currency={money} />)}</Loaded>
      </Sheet>
      <Sheet title={t("member_days.title")} note={t("member_days.note")}><Loaded query={query} rows={4}>{(c) => <MemberDays calendar={c} currency={money} />}</Loaded></Sheet>
    </>
  );
}
