-- What persons asked for by law: to be told what is kept of them, to be erased, to be made anonymous.
create table privacy_requests (
  request_id bigint not null primary key,
  kind text not null,                  -- export, erase, anonymise
  person_id bigint not null,           -- as it was then; of an erased one the number leads nowhere any more
  state text not null,                 -- open, running, done, failed, withdrawn
  note text not null,                  -- how it came in; gone when the person is erased
  received_at_ms bigint not null,
  due_at_ms bigint not null,
  created_by text not null,
  started_by text,
  started_at_ms bigint,
  ended_at_ms bigint,
  job_id bigint not null,              -- the last job that worked on it; 0: none yet
  steps text not null,                 -- JSON array of name, state (waiting, running, done), count, at_ms
  error text,
  work_cipher {bytes},                 -- sealed: what the steps still have to look for; gone when they have
  document_until_ms bigint             -- until when the export can be fetched; null: there is none (any more)
) {rowless};
create index privacy_requests_by_state on privacy_requests (state, due_at_ms);
create index privacy_requests_by_person on privacy_requests (person_id);
