import { useQuery } from "@tanstack/react-query";
import { Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { SearchBox } from "../../shared/ui/SearchBox";
import { fetchPersons } from "../members/api";

/** One person, by whatever is known of them. */
export function FindPerson({ except = [], members = false, autoFocus = false, onChoose }: { except?: string[]; members?: boolean; autoFocus?: boolean; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const found = useQuery({ queryKey: ["persons", "find", members, q], queryFn: ({ signal }) => fetchPersons({ q, limit: "10", ...(members ? { member: "true" } : {}) }, null, signal), enabled: q.trim() !== "" });
  const others = (found.data?.items ?? []).filter((p) => !except.includes(p.id));
  return (
    <div className="stack" style={{ gap: 8 }}>
      <SearchBox value={q} onChange={setQ} placeholder={t("identity.find_whom")} width={420} autoFocus={autoFocus} />
      <ProblemAlert error={found.error} />
      {found.data && others.length === 0 ? <p className="quiet">{t("identity.nobody_else")}</p> : null}
      <Radio.Group className="stack" style={{ gap: 6 }} onChange={(e) => onChoose(String(e.target.value))} options={others.map((p) => ({ value: p.id, label: <span>{p.name || t("person.nameless", { id: p.id })} <span className="mono faint">#{p.id}{p.card ? ` · ${p.card}` : ""}</span></span> }))} />
    </div>
  );
}
