-- What a report can be about: each currency with its paid sales, how far they reach, and the newest thing that happened at all.
with newest as (
  select greatest(
    (select toUnixTimestamp64Milli(max(ordered_at)) from orders final),
    (select toUnixTimestamp64Milli(max(refunded_at)) from refunds final),
    (select toUnixTimestamp64Milli(max(at)) from points_entries final)
  ) as ms
)
select currency, orders, first_ms, last_ms, (select ms from newest) as newest_ms
from (
  select
    currency, count() as orders,
    toUnixTimestamp64Milli(min(ordered_at)) as first_ms, toUnixTimestamp64Milli(max(ordered_at)) as last_ms
  from orders final
  where is_sale = 1 and sales_minor > 0
  group by currency
  union all
  -- there may be points without a single sale
  select '' as currency, 0 as orders, 0 as first_ms, 0 as last_ms
)
order by orders desc, currency
