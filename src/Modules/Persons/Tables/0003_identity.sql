-- Whose an identifier is follows from all links: what the linking needs to know of it beside that.
alter table identifiers add column anchor_of bigint not null default 0;   -- the person number that stays with it; 0: none
alter table identifiers add column carries bigint not null default 0;     -- something came in by it
alter table identifiers add column contested bigint not null default 0;   -- 1: a link of it was dropped once; 2: somebody decided about it; 3: both
update identifiers set carries = 1;
update identifiers set anchor_of = person_id where identifier_key in (select min(identifier_key) from identifiers group by person_id);
create index identifiers_by_anchor on identifiers (anchor_of) where anchor_of <> 0;

alter table links add column verified_ms bigint not null default 0;       -- when last observed with proof; 0: never

-- Every time that a number led elsewhere.
create table alias_history (
  from_person bigint not null,
  since_ms bigint not null,
  to_person bigint not null,
  until_ms bigint,                     -- null: it still does
  command_key text not null,
  primary key (from_person, since_ms)
) {rowless};
insert into alias_history (from_person, since_ms, to_person, until_ms, command_key) select from_person, merged_at_ms, to_person, null, command_key from person_aliases;

-- What somebody decided: kept over every rebuild until it is taken back.
create table identity_decisions (
  decision_id bigint not null primary key,
  kind text not null,                  -- together, apart
  at_ms bigint not null,
  decided_by text not null,
  reason text not null,
  command_key text not null,
  revoked_ms bigint,
  revoked_by text
) {rowless};
create table identity_decision_keys (
  identifier_key bigint not null,
  decision_id bigint not null,
  side bigint not null,                -- of an apart decision: 0 who stayed, 1 who went
  primary key (identifier_key, decision_id)
) {rowless};
create index identity_decision_keys_by_decision on identity_decision_keys (decision_id);

-- Moves on whenever identities change: nodes that share the Books look whether they have to look again.
create table identity_epoch (epoch bigint not null primary key) {rowless};
insert into identity_epoch (epoch) values (0);

alter table consents add column via_key bigint not null default 0;        -- the identifier it was said by: it goes where that goes
