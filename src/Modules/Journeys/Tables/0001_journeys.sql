-- One person's way through one version of a journey.
create table journey_entries (
  entry_id bigint not null primary key,
  journey text not null,
  version bigint not null,
  person_id bigint not null,
  state text not null,                 -- waiting, ended
  node text not null,                  -- where it stands
  due_at_ms bigint,                    -- when it goes on; null when ended
  entered_at_ms bigint not null,
  ended_at_ms bigint,
  end_reason text,
  entered_by text not null,            -- command key that made it enter
  unique (journey, person_id, entered_by)
) {rowless};
create index journey_entries_due on journey_entries (state, due_at_ms);
create index journey_entries_by_person on journey_entries (person_id);
