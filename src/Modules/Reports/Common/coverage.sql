-- How much of the sales belongs to somebody known, up to the as-of day or within a period.
with {{sales}}
select
  count() as orders, sum(sales_minor) as sales_minor,
  countIf(person_id != 0) as person_orders, sumIf(sales_minor, person_id != 0) as person_sales_minor
from sales
where ordered_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and ordered_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
