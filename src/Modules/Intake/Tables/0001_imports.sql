-- Files that were handed in, kept under the data directory by their generated id. The name is for showing only.
create table uploads (
  upload_id text {c} not null primary key,
  name text not null,
  bytes bigint not null,
  sha256 text {c} not null,
  created_at_ms bigint not null,
  created_by text not null
) {rowless};
create index uploads_by_sha256 on uploads (sha256);

-- One run of a file through a mapping; its state is its job's. Every row read is in exactly one of rows_in_events,
-- rows_dead and rows_skipped, but for those of groups that are still open.
create table imports (
  import_id bigint not null primary key,
  job_id bigint not null,              -- the last job that ran it; 0 for a moment at the beginning
  upload_id text not null,
  file text not null,
  mapping text not null,               -- JSON, as it was when the run began
  run_key text {c} not null,           -- file and mapping: who starts the same again gets the run that is not finished
  dry_run bigint not null,
  rows_read bigint not null,
  rows_in_events bigint not null,
  rows_dead bigint not null,
  rows_skipped bigint not null,        -- the mapping says so
  bytes_read bigint not null,
  bytes_total bigint not null,
  events bigint not null,
  applied bigint not null,
  duplicate bigint not null,
  declined bigint not null,
  rejected bigint not null,
  units_done bigint not null,          -- where to go on: so many rows or groups are answered and counted
  problems text not null,              -- JSON array of code, count, examples
  created_at_ms bigint not null,
  created_by text not null
) {rowless};
create index imports_by_run on imports (run_key, import_id);
create index imports_by_upload on imports (upload_id);

-- Who sends what, for the sources page: counters since the installation began, written every few seconds.
create table sources (
  source text not null,
  channel text not null,
  events bigint not null,
  rejected bigint not null,
  last_at_ms bigint not null,
  primary key (source, channel)
) {rowless};
