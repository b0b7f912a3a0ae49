-- The how-many-eth node of the entry it stands at: with entry and node it names one visit for ever.
alter table journey_entries add column visit bigint not null default 1;
create index journey_entries_by_journey on journey_entries (journey, state, entry_id);

-- Every node that an entry has left, for "why?" and for counts on nodes. Append-only.
create table journey_steps (
  entry_id bigint not null,
  visit bigint not null,
  person_id bigint not null,
  journey text not null,
  version bigint not null,
  node text not null,
  kind text not null,                  -- wait, send, end
  at_ms bigint not null,
  command_key text not null,
  primary key (entry_id, visit)
) {rowless};
create index journey_steps_by_person on journey_steps (person_id);
