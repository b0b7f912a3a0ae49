-- Who runs a job, and whether somebody asked it to stop.
alter table jobs add column node text not null default '';        -- the data directory that runs it
alter table jobs add column beat_at_ms bigint not null default 0; -- its runner was alive then
alter table jobs add column cancel_asked bigint not null default 0;
