-- Tiers that know time: up to when one was judged and under which version (0: growth ever counted, without regard to time), when it may change by itself.
alter table memberships add column tier_as_of_ms bigint not null default 0;
alter table memberships add column tier_version bigint not null default 0;
alter table memberships add column tier_review_at_ms bigint;
alter table memberships add column tier_granted bigint not null default 0;   -- 1: a tier was granted, be it ended: late reports may be of its time
create index memberships_by_tier_review on memberships (program, tier_review_at_ms, person_id) where tier_review_at_ms is not null;
create index memberships_by_tier_version on memberships (program, tier_version, person_id);

-- What counts for tiers beside the growth that is the ledger's: one row for each time that what an order counts for changed. Of programs that ask for more than growth.
create table tier_facts (
  tier_fact_id bigint not null primary key,
  person_id bigint not null,
  program text not null,
  via_key bigint not null,             -- the identifier it came in by
  order_id bigint not null,
  at_ms bigint not null,               -- of the completion; of the refund, when something was taken back
  growth bigint not null,
  spend_minor bigint not null,
  orders bigint not null,
  command_key text not null
) {rowless};
create index tier_facts_by_person on tier_facts (person_id, program);

-- Tiers given: by hand, for another program's tier, or bought.
create table tier_grants (
  tier_grant_id bigint not null primary key,
  person_id bigint not null,
  program text not null,
  via_key bigint not null,
  tier text not null,
  kind text not null,                  -- manual, match, paid
  from_ms bigint not null,
  until_ms bigint,                     -- null: for ever
  order_id bigint not null,            -- that paid for it; 0: none
  reason text,
  proof text,                          -- of a match: what was shown
  command_key text not null,
  ended_at_ms bigint,                  -- when it was taken back
  ended_by text                        -- the command that said so
) {rowless};
create index tier_grants_by_person on tier_grants (person_id, program);

-- Pending points that only wait for their time.
alter table lots add column activates_at_ms bigint;
create index lots_by_activation on lots (activates_at_ms, lot_id) where activates_at_ms is not null;

-- Which numbers in which window under which version made a move.
alter table tier_moves add column program_version bigint not null default 0;
alter table tier_moves add column why text;
