-- What came in by an identifier goes where the identifier goes: a split divides a ledger and a merge unites it, exactly.
-- A lot follows the identifier of its earning; a debt is a lot with less than nothing in it (states debt, paid).
alter table lots add column via_key bigint not null default 0;
update lots set via_key = coalesce((select e.via_key from points_entries e where e.lot_id = lots.lot_id order by e.entry_id limit 1), 0);
-- A lot's own life is its own identifier's, whoever reported the next step of the order.
update points_entries set via_key = (select l.via_key from lots l where l.lot_id = points_entries.lot_id)
where kind in ('earn_pending', 'activate', 'cancel', 'expire') and lot_id in (select lot_id from lots);

-- The identifier by which the person joined; merged: who holds what it held, and the state before; unclaimed: see the stage.
alter table memberships add column via_key bigint not null default 0;
alter table memberships add column merged_into bigint;
alter table memberships add column state_before text;
create index memberships_merged on memberships (merged_into);

alter table tier_moves add column via_key bigint not null default 0;
alter table tier_moves add column is_grace bigint not null default 0;

-- What one side of a split owes where the program allows no debt: the other side bears it (person_id, via_key), the rest the program.
create table split_shortfalls (
  shortfall_id bigint not null primary key,
  program text not null,
  debtor_person bigint not null,       -- who owed, at the time
  debtor_via bigint not null,
  person_id bigint not null,           -- who bears; 0: the program alone
  via_key bigint not null,
  borne_by_other bigint not null,
  borne_by_program bigint not null,
  state text not null,                 -- awaiting, approved, rejected (the bearer has the points back and the program bears them)
  at_ms bigint not null,
  command_key text not null,
  decided_at_ms bigint,
  decided_by text                      -- the command that said so: it names who
) {rowless};
create index split_shortfalls_by_state on split_shortfalls (state, shortfall_id);
create index split_shortfalls_by_person on split_shortfalls (person_id);
