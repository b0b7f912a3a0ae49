import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { exact } from "../../shared/format/number";
import { ChannelMarks } from "../../shared/ui/ChannelTag";
import { Loaded } from "../../shared/ui/Loaded";
import { When } from "../../shared/ui/When";
import { PersonLink } from "../person/PersonLink";
import { previewAudience } from "./api";

/** Who a definition would choose, counted and shown while it is being written. */
export function AudienceConsequence({ definition }: { definition: unknown }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["audience-preview", definition], queryFn: () => previewAudience(definition), staleTime: 30_000, placeholderData: (before) => before });
  return (
    <Loaded query={query} rows={8}>
      {(preview) => (
        <div className="stack" style={{ gap: 12 }}>
          <div>
            <div style={{ fontSize: 28, lineHeight: "40px", fontWeight: 600 }}>{t("audience.persons", { count: preview.count, people: exact(preview.count) })}</div>
            <div className="faint">{t("audience.as_of")} <When at={preview.asOf} /></div>
          </div>
          {preview.sample.length > 0 ? <h3>{t("audience.sample", { count: preview.sample.length })}</h3> : null}
          <ul style={{ listStyle: "none", margin: 0, padding: 0 }}>
            {preview.sample.map((p) => (
              <li key={p.id} className="row" style={{ padding: "6px 0", borderTop: "1px solid var(--rule)" }}>
                <span className="grow"><PersonLink id={p.id} name={p.name} /></span>
                {p.channels.length > 0 ? <ChannelMarks channels={p.channels} /> : null}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Loaded>
  );
}
