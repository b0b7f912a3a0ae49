import { get, post } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Page, page, type Reading, reading } from "../../shared/api/read";

/** An offer in force: what it gives, what stops it and how far it is used. Amounts in minor units of its currency. */
export interface Offer extends Terms {
  name: string;
  version: number;
  /** upcoming, running, ended, exhausted. */
  state: string;
  /** none, shared, personal. */
  codeKind: string;
  code: string;
  limits: { uses: number | null; usesPerPerson: number | null; budgetMinor: number | null; coupons: number | null };
  /** refuse, partial. */
  overBudget: string;
  /** not_counted, counted. */
  zeroEffect: string;
  lockDays: number;
  daysAfterIssuing: number | null;
  startsAt: string | null;
  endsAt: string | null;
  coupons: number;
  couponsUnused: number;
  uses: number;
  locked: number;
  spentMinor: number;
}

/** What a basket gets. */
export interface Terms {
  title: string;
  titleEn: string;
  currency: string;
  amountMinor: number | null;
  percent: number | null;
  mostMinor: number | null;
  minimumSpendMinor: number;
}

export interface Coupon {
  id: string;
  offer: string;
  version: number;
  personId: string;
  /** issued, locked, used. */
  state: string;
  grantKey: string;
  issuedAt: string | null;
  endsAt: string | null;
}

export interface CouponOfPerson extends Coupon, Terms {
  usable: boolean;
}

export interface OfferUse {
  id: string;
  personId: string;
  personName: string;
  couponId: string;
  session: string;
  order: string;
  channel: string;
  /** locked, used, released, lapsed, reverted. */
  state: string;
  currency: string;
  basketMinor: number;
  desiredMinor: number;
  givenMinor: number;
  revertedMinor: number;
  usageCounted: boolean;
  at: string | null;
  endsAt: string | null;
}

/** What issuing would come to. */
export interface IssuePreview {
  willIssue: number;
  left: number | null;
  endsAt: string | null;
  persons: { personId: string; name: string; held: number; refused: string }[];
}

export async function fetchOffers(signal?: AbortSignal): Promise<Offer[]> {
  return reading(await get("/v1/offers", {}, signal)).list(toOffer, "items");
}

export async function fetchOffer(name: string, signal?: AbortSignal): Promise<Offer> {
  return toOffer(reading(await get(`/v1/offers/${encodeURIComponent(name)}`, {}, signal)));
}

export async function fetchCoupons(name: string, filters: Record<string, string>, cursor: string | null, signal?: AbortSignal): Promise<Page<Coupon & { personName: string }>> {
  return page(await get(`/v1/offers/${encodeURIComponent(name)}/coupons`, { ...filters, cursor }, signal), (r) => ({ ...toCoupon(r.child("coupon")), personName: r.text("person_name") }));
}

export async function fetchUses(name: string, filters: Record<string, string>, cursor: string | null, signal?: AbortSignal): Promise<Page<OfferUse>> {
  return page(await get(`/v1/offers/${encodeURIComponent(name)}/uses`, { ...filters, cursor }, signal), (r) => ({ ...toUse(r.child("use")), personName: r.text("person_name") }));
}

export async function fetchCouponsOf(personId: string, signal?: AbortSignal): Promise<CouponOfPerson[]> {
  return reading(await get(`/v1/persons/${encodeURIComponent(personId)}/coupons`, {}, signal)).list(
    (r) => ({ ...toCoupon(r.child("coupon")), ...toDiscount(r.child("discount")), title: r.text("title"), titleEn: r.text("title_en"), currency: r.text("currency"), minimumSpendMinor: r.number("minimum_spend_minor"), usable: r.flag("usable") }),
    "items",
  );
}

export async function previewIssuing(name: string, persons: string[]): Promise<IssuePreview> {
  const r = reading(await post(`/v1/offers/${encodeURIComponent(name)}/coupons/preview`, { persons: persons.map(Number) }));
  return {
    willIssue: r.number("will_issue"),
    left: r.numberOrNull("left"),
    endsAt: r.textOrNull("ends_at"),
    persons: r.list((p) => ({ personId: p.text("person_id"), name: p.text("person_name"), held: p.number("held"), refused: p.text("refused") }), "persons"),
  };
}

/** The key makes a second click the same coupon. */
export async function issueCoupon(name: string, personId: string, key: string): Promise<void> {
  await post(`/v1/offers/${encodeURIComponent(name)}/coupons`, { person_id: Number(personId) }, { "Idempotency-Key": key });
}

export async function releaseUse(id: string): Promise<void> {
  await post(`/v1/coupons/uses/${encodeURIComponent(id)}/release`, {}, { "Idempotency-Key": `release-${id}` });
}

/** All that has not come back yet. */
export async function revertUse(id: string): Promise<void> {
  await post(`/v1/coupons/uses/${encodeURIComponent(id)}/reverts`, {}, { "Idempotency-Key": `revert-${id}` });
}

function toOffer(r: Reading<Schemas["OfferView"]>): Offer {
  const limits = r.child("limits");
  return {
    ...toDiscount(r.child("discount")),
    title: r.text("title"),
    titleEn: r.text("title_en"),
    currency: r.text("currency"),
    minimumSpendMinor: r.number("minimum_spend_minor"),
    name: r.text("name"),
    version: r.number("version"),
    state: r.text("state"),
    codeKind: r.child("code").text("kind"),
    code: r.child("code").text("code"),
    limits: { uses: limits.numberOrNull("uses"), usesPerPerson: limits.numberOrNull("uses_per_person"), budgetMinor: limits.numberOrNull("budget_minor"), coupons: limits.numberOrNull("coupons") },
    overBudget: r.text("over_budget"),
    zeroEffect: r.text("zero_effect"),
    lockDays: r.number("lock_days"),
    daysAfterIssuing: r.numberOrNull("days_after_issuing"),
    startsAt: r.textOrNull("starts_at"),
    endsAt: r.textOrNull("ends_at"),
    coupons: r.number("coupons"),
    couponsUnused: r.number("coupons_unused"),
    uses: r.number("uses"),
    locked: r.number("locked"),
    spentMinor: r.number("spent_minor"),
  };
}

function toDiscount(r: Reading<Schemas["Discount"]>): Pick<Terms, "amountMinor" | "percent" | "mostMinor"> {
  return { amountMinor: r.numberOrNull("amount_minor"), percent: r.numberOrNull("percent"), mostMinor: r.numberOrNull("most_minor") };
}

function toCoupon(r: Reading<Schemas["CouponView"]>): Coupon {
  return {
    id: r.text("coupon_id"),
    offer: r.text("offer"),
    version: r.number("offer_version"),
    personId: r.text("person_id"),
    state: r.text("state"),
    grantKey: r.text("grant_key"),
    issuedAt: r.textOrNull("issued_at"),
    endsAt: r.textOrNull("ends_at"),
  };
}

function toUse(r: Reading<Schemas["UseView"]>): Omit<OfferUse, "personName"> {
  return {
    id: r.text("use_id"),
    personId: r.text("person_id"),
    couponId: r.text("coupon_id"),
    session: r.text("session"),
    order: r.child("order").text("number"),
    channel: r.child("order").text("channel"),
    state: r.text("state"),
    currency: r.text("currency"),
    basketMinor: r.number("basket_minor"),
    desiredMinor: r.number("desired_minor"),
    givenMinor: r.number("given_minor"),
    revertedMinor: r.number("reverted_minor"),
    usageCounted: r.flag("usage_counted"),
    at: r.textOrNull("at"),
    endsAt: r.textOrNull("ends_at"),
  };
}
