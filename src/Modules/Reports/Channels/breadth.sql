-- How many channels a buyer uses in the period, and what such buyers are worth.
with {{purchases}}
select channels, count() as buyers, sum(orders) as orders, sum(sales_minor) as sales_minor
from (
  select person_id, uniqExact(channel) as channels, count() as orders, sum(sales_minor) as sales_minor
  from purchases
  where ordered_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and ordered_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  group by person_id
)
group by channels
order by channels
