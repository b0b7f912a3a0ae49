-- What somebody said of two orders that looked like one sale, reported by two channels.
create table order_duplicates (
  low_order bigint not null,
  high_order bigint not null,
  answer text not null,                -- one, two
  copy_order bigint not null,          -- which of them is the copy; 0: neither
  answered_by text not null,
  answered_ms bigint not null,
  primary key (low_order, high_order)
) {rowless};
create index order_duplicates_by_high on order_duplicates (high_order);

-- A person's orders of one amount: what is looked through for two that may be one.
drop index orders_by_person;
create index orders_by_person on orders (person_id, total_minor);

create index orders_copies on orders (order_id) where kind = 'copy';
create index orders_by_origin on orders (origin) where origin is not null;
