-- How far Insight's feed has come besides its mark in outbox_readers.
create table insight_feed (
  feed text primary key,
  pair text not null,          -- Insight holds the same: another value there is another's Insight, or a lost one
  block bigint not null        -- the last block that was begun; rows in Insight carry it as their version
);
