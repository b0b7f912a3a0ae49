-- Who is handing a message over (state sending): if it dies, it alone can tell whether it had.
alter table messages add column claimed_by text;
alter table messages add column claimed_at_ms bigint;
create index messages_by_journey on messages (journey, state);
