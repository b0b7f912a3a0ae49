-- The value of an erased identifier alone, by a keyed hash of its own: found in events and rows that could not be read, where nobody says what
-- kind of identifier it is. Null for those erased before this was kept.
alter table erased_identifiers add column value_key bigint;
create index erased_identifiers_by_value on erased_identifiers (value_key) where value_key is not null;
