-- The ledger proves itself: entries are linked one to the next, lots are sealed, and every entry is against an account of the program.
alter table points_entries add column contra text not null default '';           -- the account that the entry is against
alter table points_entries add column between_points bigint not null default 0;  -- from one account of the program to another: confirm, write_off
alter table points_entries add column reverses bigint not null default 0;        -- the entry that it undoes
alter table points_entries add column day bigint not null default 0;             -- local day in the program's zone, days since 1970
alter table points_entries add column place bigint not null default 0;           -- in the chain of its lot; without a lot, of its identifier
alter table points_entries add column link {bytes};                              -- keyed hash over the link before and the entry
create index points_entries_reversing on points_entries (reverses) where reverses <> 0;

alter table lots add column chain_place bigint not null default 0;
alter table lots add column chain_head {bytes};
alter table lots add column seal {bytes};                                        -- keyed hash over the lot as it stands

create table growth_chains (
  program text not null,
  via_key bigint not null,
  chain_place bigint not null,
  chain_head {bytes} not null,
  primary key (program, via_key)
) {rowless};

-- The accounts day by day. Each kind of movement comes to nothing over all accounts of a day.
create table ledger_days (
  program text not null,
  day bigint not null,
  account text not null,
  kind text not null,
  points bigint not null,
  primary key (program, day, account, kind)
) {rowless};

-- What the next start of a server has to do, where SQL alone cannot.
create table ledger_upgrades (
  name text not null primary key
) {rowless};
insert into ledger_upgrades (name) select 'chain' where exists (select 1 from points_entries);
