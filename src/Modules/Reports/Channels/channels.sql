-- Each channel in the period. A buyer is new to the brand when the first purchase of all was made here and in the period.
with {{sales}},
{{movements}},
firsts as (
  select person_id, argMin(channel, (ordered_at, order_id)) as channel
  from sales
  where person_id != 0 and not refunded_in_full
  group by person_id
  having min(ordered_at) >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and min(ordered_at) < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
)
select
  channel, sum(orders) as orders, sum(sales_minor) as sales_minor, sum(person_orders) as person_orders, sum(person_sales_minor) as person_sales_minor,
  sum(buyers) as buyers, sum(new_buyers) as new_buyers, sum(net_minor) as net_minor
from (
  select
    channel, count() as orders, sum(sales_minor) as sales_minor, countIf(person_id != 0) as person_orders,
    sumIf(sales_minor, person_id != 0) as person_sales_minor, uniqExactIf(person_id, person_id != 0 and not refunded_in_full) as buyers,
    0 as new_buyers, 0 as net_minor
  from sales
  where ordered_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and ordered_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  group by channel
  union all
  select channel, 0 as orders, 0 as sales_minor, 0 as person_orders, 0 as person_sales_minor, 0 as buyers, count() as new_buyers, 0 as net_minor
  from firsts group by channel
  union all
  select channel, 0 as orders, 0 as sales_minor, 0 as person_orders, 0 as person_sales_minor, 0 as buyers, 0 as new_buyers, sum(amount_minor) as net_minor
  from movements
  where at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  group by channel
)
group by channel
order by sum(sales_minor) desc, channel
