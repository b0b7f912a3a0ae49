-- Points taken for a purpose, at once or reserved first, with the lots they came from: what comes back goes back there.
create table redemptions (
  redemption_id bigint not null primary key,
  person_id bigint not null,
  via_key bigint not null,             -- the identifier by which the member spent
  program text not null,
  command_key text not null,           -- the event that redeemed or reserved: others speak of it by this
  order_key text,                      -- channel:shop:number of the order that the points pay for
  state text not null,                 -- reserved, spent, released, lapsed
  points bigint not null,
  returned bigint not null,            -- of them given back
  ends_at_ms bigint,                   -- until when a reservation holds; null: never was one
  at_ms bigint not null,
  reason text
) {rowless};
create index redemptions_by_command on redemptions (command_key);
create index redemptions_by_order on redemptions (order_key);
create index redemptions_by_person on redemptions (person_id, program, state);
create index redemptions_by_end on redemptions (state, ends_at_ms);

create table redemption_draws (
  redemption_id bigint not null,
  place bigint not null,               -- in the order in which the lots were drawn on
  lot_id bigint not null,
  points bigint not null,
  returned bigint not null,
  expires_at_ms bigint,
  primary key (redemption_id, place)
) {rowless};
