import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { shortMoney } from "../../shared/format/money";
import type { Contributions } from "./api";

export type Factor = keyof Contributions;

/** The four of the product, in its order. */
export const factorNames: Factor[] = ["members", "conversion", "frequency", "orderValue"];

const keys: Record<Factor, string> = {
  members: "gmv.members",
  conversion: "gmv.conversion",
  frequency: "gmv.frequency",
  orderValue: "gmv.order_value",
  guests: "gmv.guests",
  refundedInFull: "gmv.refunded_in_full",
};

export const factorKey = (name: Factor): string => keys[name];

/** Which parts to show: the four, and the others when they moved anything. */
export function movers(contributions: Contributions): Factor[] {
  return [...factorNames, ...(["guests", "refundedInFull"] as Factor[]).filter((name) => contributions[name] !== 0)];
}

/** What each part added to or took from sales; together they are the whole difference. */
export function Moved({ contributions, currency }: { contributions: Contributions; currency: string }) {
  const { t } = useTranslation();
  const shown = movers(contributions);
  const most = Math.max(1, ...shown.map((n) => Math.abs(contributions[n])));
  const total = shown.reduce((sum, n) => sum + contributions[n], 0);
  return (
    <div className="moved">
      {shown.map((name) => {
        const value = contributions[name];
        const width = `${(Math.abs(value) / most) * 50}%`;
        return (
          <Fragment key={name}>
            <span>{t(factorKey(name))}</span>
            <span className="track" aria-hidden>
              <span className="bar" style={{ width, background: value >= 0 ? "var(--good)" : "var(--bad)", ...(value >= 0 ? { left: "50%" } : { right: "50%" }) }} />
            </span>
            <span className={`number ${value >= 0 ? "good" : "bad"}`}>{withSign(value, currency)}</span>
          </Fragment>
        );
      })}
      <b>{t("gmv.change")}</b>
      <span />
      <b className="number">{withSign(total, currency)}</b>
    </div>
  );
}

function withSign(minor: number, currency: string): string {
  return (minor > 0 ? "+" : "") + shortMoney(minor, currency, 0);
}
