-- What may have been asked of the buyer when an order was first seen: JSON; null where the program has no rules.
alter table order_awards add column buyer text;

-- What each rule of a program gave for an order or an interaction, net of what was taken back. Caps are counted from here.
create table points_gains (
  gain_id bigint not null primary key,
  person_id bigint not null,
  via_key bigint not null,             -- as of the order or the interaction: goes where that goes
  program text not null,
  rule text not null,                  -- base: the program's rate
  order_id bigint not null,            -- 0: an interaction
  day bigint not null,                 -- of the event in the program's zone, days since 1970
  raw bigint not null,                 -- what it would give without caps
  points bigint not null,
  ceiling bigint,                      -- more it never gives for this order: what a cap left
  command_key text not null            -- the event that brought it
) {rowless};
create index points_gains_by_person on points_gains (person_id, program);
create index points_gains_by_order on points_gains (order_id);

-- What a rule with a budget (the empty name: the whole program) has given to all members together: the sum of its gains.
create table earn_budgets (
  program text not null,
  rule text not null,
  used bigint not null,
  primary key (program, rule)
) {rowless};
