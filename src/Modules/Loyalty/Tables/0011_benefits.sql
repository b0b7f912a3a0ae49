-- Benefits that members were given or used, each once: gifts on entering a tier, on birthdays and anniversaries; uses of shipping, goods and services.
create table benefit_uses (
  benefit_use_id bigint not null primary key,
  person_id bigint not null,
  via_key bigint not null,             -- the identifier that the member joined by, or used it by
  program text not null,
  benefit text not null,
  kind text not null,                  -- entry_gift, birthday, anniversary, free_shipping, product, service
  occasion text not null,              -- of a gift: the tier entered, or the year; empty for a use
  tier text not null,                  -- held then
  times bigint not null,
  points bigint not null,              -- given
  lot_id bigint not null,              -- their lot; 0: none
  taken_back bigint not null,          -- of the points, when the gift was reversed
  voucher text,                        -- what the shop or partner knows the coupon by
  order_key text,                      -- channel:shop:number of the order it was used with
  reason text,
  at_ms bigint not null,
  state text not null,                 -- given, used, reversed
  reversed_at_ms bigint,
  reversed_by text,                    -- the command that said so
  program_version bigint not null,
  command_key text not null
) {rowless};
create index benefit_uses_by_person on benefit_uses (person_id, program, benefit);

-- Members who spend together: a family. Points stay with who earned them.
create table pools (
  pool_id bigint not null primary key,
  program text not null,
  title text not null,
  person_id bigint not null,           -- the owner
  via_key bigint not null,
  draws text not null,                 -- soonest_expiry, spender_first
  state text not null,                 -- open, closed
  at_ms bigint not null,
  command_key text not null
) {rowless};
create index pools_by_person on pools (person_id);

create table pool_members (
  pool_member_id bigint not null primary key,
  pool_id bigint not null,
  person_id bigint not null,
  via_key bigint not null,             -- the identifier that the membership goes with
  state text not null,                 -- invited, member, left
  most_per_month bigint,               -- of this member's points, by the others; null: no limit
  at_ms bigint not null,               -- of the last change
  command_key text not null
) {rowless};
create index pool_members_by_pool on pool_members (pool_id);
create index pool_members_by_person on pool_members (person_id);

-- One spending of a pool is one redemption of each member whose points it took.
create table pool_redemptions (
  redemption_id bigint not null primary key,
  pool_redemption_id bigint not null,
  pool_id bigint not null,
  person_id bigint not null,           -- who spent
  via_key bigint not null,
  at_ms bigint not null
) {rowless};
create index pool_redemptions_together on pool_redemptions (pool_redemption_id);
create index pool_redemptions_by_pool on pool_redemptions (pool_id, at_ms);
