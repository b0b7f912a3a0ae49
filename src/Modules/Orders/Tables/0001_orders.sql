-- One order, whatever channel it came by. order_key is channel/shop/number.
create table orders (
  order_id bigint not null primary key,
  order_key text {c} not null unique,
  person_id bigint not null,           -- 0: guest
  via_key bigint not null,             -- the identifier it came in by; 0: guest
  channel text not null,
  shop text not null,
  number text not null,
  has_content bigint not null,
  kind text not null,                  -- sale, adjustment
  currency text not null,
  lines_minor bigint not null,
  shipping_minor bigint not null,
  discount_minor bigint not null,
  total_minor bigint not null,         -- lines + shipping - discount
  refunded_minor bigint not null,      -- sum of its refunds
  content_version bigint not null,
  store text,
  origin text,
  placed_at_ms bigint,
  paid_at_ms bigint,
  shipped_at_ms bigint,
  completed_at_ms bigint,
  closed_at_ms bigint,
  last_refund_at_ms bigint,
  lines text not null,                 -- JSON array of [line, sku, name, category, quantity, unit_price_minor, amount_minor]
  payments text not null               -- JSON array of [method, amount_minor]
) {rowless};
create index orders_by_person on orders (person_id);

-- Money that went back. order_id 0: the source did not say which order.
create table refunds (
  refund_id bigint not null primary key,
  refund_key text {c} not null unique, -- channel/shop/number
  order_id bigint not null,
  person_id bigint not null,
  via_key bigint not null,
  channel text not null,
  shop text not null,
  number text not null,
  currency text not null,
  amount_minor bigint not null,        -- positive
  reason text,
  refunded_at_ms bigint not null,
  lines text not null                  -- JSON array of [line, sku, name, quantity, amount_minor]
) {rowless};
create index refunds_by_person on refunds (person_id);
create index refunds_by_order on refunds (order_id);
