-- Lots by the day on which they end: whom to remind.
create index lots_by_end on lots (program, expires_at_ms, person_id) where expires_at_ms is not null;

-- What members were told of points that will end, once for each instant at which some end and each number of days before; and what they were not told, being late.
create table expiry_reminders (
  reminder_id bigint not null primary key,
  person_id bigint not null,
  via_key bigint not null,             -- the identifier of the oldest of the lots
  program text not null,
  ends_at_ms bigint not null,
  days_before bigint not null,
  points bigint not null,              -- what was to end when the reminder was due
  state text not null,                 -- told, superseded (a later one was due already), gone (spent before anybody looked)
  at_ms bigint not null,               -- when it was due
  command_key text not null
) {rowless};
create index expiry_reminders_by_person on expiry_reminders (person_id, program);

-- Work that a program's local days bring: up to which day it was done, in days since 1970.
create table days_done (
  program text not null,
  work text not null,
  day bigint not null,
  primary key (program, work)
) {rowless};
