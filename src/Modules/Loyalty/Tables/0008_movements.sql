-- Points given or taken by hand beyond the program's limit: a second person approves them.
create table adjustment_requests (
  request_id bigint not null primary key,
  person_id bigint not null,
  via_key bigint not null,
  program text not null,
  points bigint not null,
  reason text not null,
  expires_at_ms bigint,
  state text not null,                 -- awaiting, approved, rejected
  at_ms bigint not null,
  command_key text not null,           -- it names who asked
  decided_at_ms bigint,
  decided_by text                      -- the command that said so: it names who
) {rowless};
create index adjustment_requests_by_state on adjustment_requests (state, request_id);
create index adjustment_requests_by_person on adjustment_requests (person_id);
