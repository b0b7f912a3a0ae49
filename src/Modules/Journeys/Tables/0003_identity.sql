-- The identifier that an entry came in by: the entry goes where that goes.
alter table journey_entries add column via_key bigint not null default 0;
alter table journey_steps add column via_key bigint not null default 0;
