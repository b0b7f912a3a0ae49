import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { numberFormat, percent } from "../../shared/format/number";
import { Change } from "../../shared/ui/Change";
import { Explained } from "../../shared/ui/MetricCard";
import { Count, Money } from "../../shared/ui/Numbers";
import type { Decomposition } from "./api";

/** Sales to members as the product that they are, each factor with its change. */
export function Equation({ gmv, currency, asOf }: { gmv: Decomposition; currency: string; asOf?: ReactNode }) {
  const { t } = useTranslation();
  const { now, before } = gmv;
  const source = t("metric.from_insight");
  const terms = [
    { name: "gmv", sign: "", value: <Money minor={now.personSalesMinor} currency={currency} />, now: now.personSalesMinor, before: before.personSalesMinor },
    { name: "members", sign: "=", value: <Count value={now.members} />, now: now.members, before: before.members },
    { name: "conversion", sign: "×", value: now.conversion === null ? "—" : percent(now.conversion, 2), now: now.conversion, before: before.conversion },
    { name: "frequency", sign: "×", value: now.frequency === null ? "—" : numberFormat({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(now.frequency), now: now.frequency, before: before.frequency },
    { name: "order_value", sign: "×", value: <Money minor={now.orderValueMinor === null ? null : Math.round(now.orderValueMinor)} currency={currency} />, now: now.orderValueMinor, before: before.orderValueMinor },
  ];
  return (
    <div className="equation">
      {terms.map((term) => (
        <Fragment key={term.name}>
          {term.sign ? <span className="sign" aria-hidden>{term.sign}</span> : null}
          <div className="term">
            <div className="label"><Explained label={t(`gmv.${term.name}`)} explanation={{ definition: t(`gmv.${term.name}_means`), asOf, source }} /></div>
            <div className="value">{term.value}</div>
            <div className="note"><Change now={term.now} before={term.before} /></div>
          </div>
        </Fragment>
      ))}
    </div>
  );
}
