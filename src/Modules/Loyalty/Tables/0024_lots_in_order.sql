-- In the order in which they are spent: the first few of an account are found without reading the others.
drop index lots_by_person;
create index lots_by_person on lots (person_id, program, state, expires_at_ms, lot_id);
