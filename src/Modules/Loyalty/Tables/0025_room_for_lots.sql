-- What an index asks about may not change when points are spent, or every spending writes all of the lot's indexes: a seal changes each time.
alter table lots add column unsealed bigint;   -- 1: erasing took the seal, until the chain is linked anew
update lots set unsealed = 1 where seal is null;
drop index lots_unsealed;
create index lots_unsealed on lots (lot_id) where unsealed is not null;
-- Most redemptions pay for no order and wait for nothing; most memberships went into no other.
drop index redemptions_by_order;
create index redemptions_by_order on redemptions (order_key) where order_key is not null;
drop index redemptions_by_end;
create index redemptions_by_end on redemptions (ends_at_ms, redemption_id) where state = 'reserved';
drop index memberships_merged;
create index memberships_merged on memberships (merged_into) where merged_into is not null;
-- A night's lots all end at one midnight: the next page of members begins after a person, not after an instant.
drop index memberships_by_expiry;
create index memberships_by_expiry on memberships (program, next_expiry_ms, person_id) where next_expiry_ms is not null;
