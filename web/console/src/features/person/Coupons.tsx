import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Sheet } from "../../shared/ui/Page";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { type CouponOfPerson, fetchCouponsOf } from "../offers/api";
import { useOfferWords } from "../offers/useOfferWords";
import { useSession } from "../session/useSession";

/** More are on the offers' own pages. */
const most = 8;

/** The person's coupons, those that may be used first. Nothing for who has and had none. */
export function Coupons({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const words = useOfferWords();
  const coupons = useQuery({ queryKey: ["coupons", personId], queryFn: ({ signal }) => fetchCouponsOf(personId, signal), enabled: can("loyalty:read"), retry: false });
  const all = coupons.data ?? [];
  if (all.length === 0) return null;
  const usable = all.filter((c) => c.usable).length;
  return (
    <Sheet title={t("offer.coupons")} note={t("offer.usable", { count: usable })}>
      <div className="stack" style={{ gap: 10 }}>
        {all.slice(0, most).map((c) => (
          <div key={c.id} className="row" style={{ justifyContent: "space-between", alignItems: "start", flexWrap: "nowrap" }}>
            <div>
              <Link className="link" to={`/offers/${encodeURIComponent(c.offer)}`}>{words.title(c)}</Link>
              <div className="faint" style={{ fontSize: 13 }}>{words.gives(c)}</div>
            </div>
            <div style={{ textAlign: "end" }}>
              <State family="offer.coupon_state" code={stateOf(c)} tone={c.usable ? "good" : c.state === "locked" ? "busy" : "plain"} />
              {c.usable && c.endsAt ? <div className="faint nowrap" style={{ fontSize: 13 }}>{t("offer.until")} <When at={c.endsAt} exactly /></div> : null}
            </div>
          </div>
        ))}
        {all.length > most ? <div className="faint">{t("offer.more", { count: all.length - most })}</div> : null}
      </div>
    </Sheet>
  );
}

/** Unused and not usable: its time is over, or has not come. */
function stateOf(coupon: CouponOfPerson): string {
  return coupon.state === "issued" && !coupon.usable ? "out_of_time" : coupon.state;
}
