import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { shortMoney } from "../../shared/format/money";
import type { Contributions } from "./api";

export const factorNames = ["members", "conversion", "frequency", "orderValue"] as const;

export const factorKey = (name: (typeof factorNames)[number]) => `gmv.${name === "orderValue" ? "order_value" : name}`;

/** What each factor added to or took from sales; the four make up the whole difference. */
export function Moved({ contributions, currency }: { contributions: Contributions; currency: string }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...factorNames.map((n) => Math.abs(contributions[n])));
  return (
    <div className="moved">
      {factorNames.map((name) => {
        const value = contributions[name];
        const width = `${(Math.abs(value) / most) * 50}%`;
        return (
          <Fragment key={name}>
            <span>{t(factorKey(name))}</span>
            <span className="track" aria-hidden>
              <span className="bar" style={{ width, background: value >= 0 ? "var(--good)" : "var(--bad)", ...(value >= 0 ? { left: "50%" } : { right: "50%" }) }} />
            </span>
            <span className={`number ${value >= 0 ? "good" : "bad"}`}>{value > 0 ? "+" : ""}{shortMoney(value, currency)}</span>
          </Fragment>
        );
      })}
    </div>
  );
}
