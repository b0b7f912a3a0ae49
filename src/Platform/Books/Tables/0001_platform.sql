-- Numbers given out in blocks: persons densely, everything else increasing.
create table sequences (
  name text primary key,
  next bigint not null
);

-- Every command that was ever answered for good, so that a retry hears the first answer. Permanent.
create table commands (
  command_key text {c} not null primary key,  -- source/id
  body_hash bigint not null,
  status bigint not null,                     -- 0 applied, 2 declined
  code text,
  detail text,
  person_id bigint not null,
  answered_at_ms bigint not null
) {rowless};

-- Refused commands, kept to be mended and replayed. One row a source's id.
create table dead_letters (
  dead_letter_id bigint not null primary key,
  command_key text {c} not null unique,
  source text not null,
  type text not null,
  code text not null,
  detail text not null,
  body text not null,          -- the event as received, or the row it came from
  import_id bigint,            -- the import that brought it, when one did
  import_row bigint,           -- its row there
  state text not null,         -- open, replayed, dropped
  first_at_ms bigint not null,
  last_at_ms bigint not null
);
create index dead_letters_by_state on dead_letters (state, dead_letter_id);
create index dead_letters_by_import on dead_letters (import_id, import_row);

-- What changed, one row a command, written with the change itself. Read in order by the feeder and by journeys.
-- announcements: JSON array of type, entity, key, data and was_person.
create table outbox (
  seq bigint not null primary key,
  at_ms bigint not null,       -- when it was committed to the Books
  command_key text not null,
  person_id bigint not null,
  announcements text not null{postgres:,
  -- a sequence number is given before commit: readers stay below the oldest running transaction
  tx_id xid8 not null default pg_current_xact_id()}
);

{postgres:create index outbox_by_tx on outbox (tx_id, seq);}

-- How far each reader of the outbox has come.
create table outbox_readers (
  reader text primary key,
  position_tx bigint not null, -- PostgreSQL: the transaction; SQLite: 0
  position_seq bigint not null,
  updated_at_ms bigint not null
);

-- Versioned documents: programs, audiences, journeys, mappings, identity rules. Never edited in place.
create table definitions (
  kind text not null,
  name text not null,
  version bigint not null,
  state text not null,         -- draft, live, retired
  title text not null,
  body text not null,          -- JSON
  note text,
  created_at_ms bigint not null,
  created_by text not null,
  primary key (kind, name, version)
);

-- Long work: imports, rebuilds, exports. Survives leaving the page and a restart.
create table jobs (
  job_id bigint not null primary key,
  kind text not null,
  title text not null,
  state text not null,         -- waiting, running, done, failed, cancelled
  done bigint not null,
  total bigint not null,       -- 0 when not known
  detail text not null,        -- JSON, by kind
  error text,
  created_by text not null,
  created_at_ms bigint not null,
  started_at_ms bigint,
  ended_at_ms bigint
);
create index jobs_by_state on jobs (state, job_id);
