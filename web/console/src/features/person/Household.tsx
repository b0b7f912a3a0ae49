import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useCode } from "../../shared/state/useCode";
import { Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { fetchHousehold } from "./household";
import { PersonLink } from "./PersonLink";

/** Who shares a phone or an address; nothing where nobody does. */
export function Household({ person }: { person: string }) {
  const { t } = useTranslation();
  const code = useCode();
  const query = useQuery({ queryKey: ["person", person, "household"], queryFn: ({ signal }) => fetchHousehold(person, signal) });
  if (query.error) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data || query.data.length === 0) return null;
  return (
    <Sheet id="household" title={t("household.title")} note={t("household.note")}>
      {query.data.map((m) => (
        <div key={m.personId} className="row">
          <PersonLink id={m.personId} name={m.name} />
          {m.shares.map((s) => <span key={s.id} className="quiet">{t("household.shares", { what: code("namespace", s.namespace) })} <span className="mono">{s.value}</span></span>)}
        </div>
      ))}
    </Sheet>
  );
}
