-- The identifier that what caused the message came in by: the message goes where that goes.
alter table messages add column via_key bigint not null default 0;
