-- What all uses of an offer hold of its limits, over all its versions: always the sum over offer_uses and the number of coupons.
-- The row is locked by whoever changes a use, so that several nodes stay exact.
create table offer_counts (
  offer text not null primary key,
  coupons bigint not null,             -- issued
  uses bigint not null,                -- locked or used, and counted
  spent_minor bigint not null          -- given less what came back
) {rowless};

-- One person's instance of an offer.
create table coupons (
  coupon_id bigint not null primary key,
  offer text not null,
  offer_version bigint not null,       -- whose terms it keeps
  person_id bigint not null,
  via_key bigint not null,             -- the identifier it was issued by: it goes where that goes
  grant_key text,                      -- what it was given for
  state text not null,                 -- issued, locked, used
  ends_at_ms bigint,                   -- null: never
  issued_at_ms bigint not null,
  command_key text not null
) {rowless};
create index coupons_by_person on coupons (person_id);
create index coupons_by_offer on coupons (offer, coupon_id);
create unique index coupons_by_grant on coupons (offer, grant_key);

-- One use of an offer by one checkout, from lock or redemption to its end.
create table offer_uses (
  offer_use_id bigint not null primary key,
  offer text not null,
  offer_version bigint not null,       -- that decided it
  coupon_id bigint not null,           -- 0: an offer without coupons
  person_id bigint not null,           -- 0: a guest
  via_key bigint not null,             -- of the coupon; without one, what the person was named by
  session_key text,                    -- the caller's key of the checkout; null: redeemed directly
  order_key text,                      -- channel/shop/number
  state text not null,                 -- locked, used, released, lapsed, reverted
  currency text not null,
  basket_minor bigint not null,
  desired_minor bigint not null,
  given_minor bigint not null,
  reverted_minor bigint not null,
  counts bigint not null,              -- 1: against the limits
  taken_at_ms bigint not null,
  ends_at_ms bigint,                   -- until when it was locked; null: redeemed directly
  changed_at_ms bigint not null,
  command_key text not null
) {rowless};
create index offer_uses_by_person on offer_uses (person_id, offer);
create index offer_uses_by_offer on offer_uses (offer, offer_use_id);
create index offer_uses_by_session on offer_uses (session_key);
create index offer_uses_by_order on offer_uses (order_key);
create index offer_uses_by_coupon on offer_uses (coupon_id);
create index offer_uses_due on offer_uses (state, ends_at_ms);
