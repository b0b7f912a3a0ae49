-- What a report can be about: each currency with its paid sales, and how far the data reaches.
select
  currency, count() as orders,
  toUnixTimestamp64Milli(min(ordered_at)) as first_ms, toUnixTimestamp64Milli(max(ordered_at)) as last_ms
from orders final
where is_sale = 1 and sales_minor > 0
group by currency
order by orders desc, currency
