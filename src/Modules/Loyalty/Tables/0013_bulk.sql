-- Points given to or taken from many at once: looked at first, beyond the program's limit approved by a second person, then applied line by line.
create table bulk_adjustments (
  bulk_id bigint not null primary key,
  program text not null,
  title text not null,                 -- the reason that lines have which bring none
  state text not null,                 -- checking, checked, awaiting, applying, done, rejected
  is_dry_run bigint not null,
  created_by text not null,
  at_ms bigint not null,
  decided_by text,
  decided_at_ms bigint
) {rowless};

create table bulk_adjustment_lines (
  bulk_id bigint not null,
  line bigint not null,                -- of the file, the heading not counted
  who {bytes},                         -- as the file says, sealed; gone when it is known who that is
  person_id bigint not null,           -- 0 until then, or when it is nobody
  points bigint not null,
  reason text not null,
  expires_at_ms bigint,
  line_key text,                       -- the file's own: the same line in another file counts once
  outcome text not null,               -- new, ready, applied, known (applied before), refused
  code text,                           -- why it was refused
  primary key (bulk_id, line)
) {rowless};
create index bulk_adjustment_lines_by_person on bulk_adjustment_lines (person_id);
