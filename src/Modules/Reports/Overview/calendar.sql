-- Sales by day and, in the same pass, by month. A buyer is new in the day or month of the first purchase.
with {{sales}},
{{movements}},
firsts as (
  select person_id, min(day) as first_day
  from sales
  where person_id != 0 and not refunded_in_full
  group by person_id
),
bought as (
  select
    person_id, by_month, if(by_month = 1, toStartOfMonth(day), day) as bucket,
    count() as orders, sum(sales_minor) as sales_minor, countIf(not refunded_in_full) as purchases
  from (select *, arrayJoin([0, 1]) as by_month from sales)
  where day >= if(by_month = 1, {first_month:Date}, {first_day:Date}) and day < if(by_month = 1, {end_month:Date}, {end_day:Date})
  group by person_id, by_month, bucket
)
select
  by_month, bucket, sum(orders) as orders, sum(sales_minor) as sales_minor, sum(person_orders) as person_orders, sum(person_sales_minor) as person_sales_minor,
  sum(buyers) as buyers, sum(new_buyers) as new_buyers, sum(net_minor) as net_minor
from (
  select
    b.by_month as by_month, b.bucket as bucket, sum(b.orders) as orders, sum(b.sales_minor) as sales_minor,
    sumIf(b.orders, b.person_id != 0) as person_orders, sumIf(b.sales_minor, b.person_id != 0) as person_sales_minor,
    countIf(b.person_id != 0 and b.purchases > 0) as buyers,
    countIf(b.person_id != 0 and b.purchases > 0 and b.bucket = if(b.by_month = 1, toStartOfMonth(f.first_day), f.first_day)) as new_buyers,
    0 as net_minor
  from bought as b left join firsts as f on f.person_id = b.person_id
  group by by_month, bucket
  union all
  select by_month, if(by_month = 1, toStartOfMonth(day), day) as bucket,
    0 as orders, 0 as sales_minor, 0 as person_orders, 0 as person_sales_minor, 0 as buyers, 0 as new_buyers, sum(amount_minor) as net_minor
  from (select toDate(at, {zone:String}) as day, amount_minor, arrayJoin([0, 1]) as by_month from movements)
  where day >= if(by_month = 1, {first_month:Date}, {first_day:Date}) and day < if(by_month = 1, {end_month:Date}, {end_day:Date})
  group by by_month, bucket
)
group by by_month, bucket
order by by_month, bucket
