-- Sales by day or, with {by_month}, by month. A buyer is new in the day or month of the first purchase.
with {{sales}},
{{movements}},
firsts as (
  select person_id, min(if({by_month:UInt8} = 1, toStartOfMonth(day), day)) as first_bucket
  from sales
  where person_id != 0 and not refunded_in_full
  group by person_id
),
bought as (
  select
    person_id, if({by_month:UInt8} = 1, toStartOfMonth(day), day) as bucket,
    count() as orders, sum(sales_minor) as sales_minor, countIf(not refunded_in_full) as purchases
  from sales
  where day >= {first:Date} and day < {end:Date}
  group by person_id, bucket
)
select
  bucket, sum(orders) as orders, sum(sales_minor) as sales_minor, sum(person_orders) as person_orders, sum(person_sales_minor) as person_sales_minor,
  sum(buyers) as buyers, sum(new_buyers) as new_buyers, sum(net_minor) as net_minor
from (
  select
    b.bucket as bucket, sum(b.orders) as orders, sum(b.sales_minor) as sales_minor,
    sumIf(b.orders, b.person_id != 0) as person_orders, sumIf(b.sales_minor, b.person_id != 0) as person_sales_minor,
    countIf(b.person_id != 0 and b.purchases > 0) as buyers, countIf(b.person_id != 0 and b.purchases > 0 and b.bucket = f.first_bucket) as new_buyers,
    0 as net_minor
  from bought as b left join firsts as f on f.person_id = b.person_id
  group by bucket
  union all
  select if({by_month:UInt8} = 1, toStartOfMonth(toDate(at, {zone:String})), toDate(at, {zone:String})) as bucket,
    0 as orders, 0 as sales_minor, 0 as person_orders, 0 as person_sales_minor, 0 as buyers, 0 as new_buyers, sum(amount_minor) as net_minor
  from movements
  where toDate(at, {zone:String}) >= {first:Date} and toDate(at, {zone:String}) < {end:Date}
  group by bucket
)
group by bucket
order by bucket
