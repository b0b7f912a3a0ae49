-- Sales by day or, with {by_month}, by month. A buyer is new in the day or month of the first purchase.
with {{sales}},
{{movements}},
bought as (
  select
    person_id, bucket, orders, sales_minor, purchases,
    minIf(bucket, purchases > 0) over (partition by person_id) as first_bucket
  from (
    select
      person_id, if({by_month:UInt8} = 1, toStartOfMonth(day), day) as bucket,
      count() as orders, sum(sales_minor) as sales_minor, countIf(not refunded_in_full) as purchases
    from sales
    group by person_id, bucket
  )
)
select
  bucket, sum(orders) as orders, sum(sales_minor) as sales_minor, sum(person_orders) as person_orders, sum(person_sales_minor) as person_sales_minor,
  sum(buyers) as buyers, sum(new_buyers) as new_buyers, sum(net_minor) as net_minor
from (
  select
    bucket, sum(orders) as orders, sum(sales_minor) as sales_minor,
    sumIf(orders, person_id != 0) as person_orders, sumIf(sales_minor, person_id != 0) as person_sales_minor,
    countIf(person_id != 0 and purchases > 0) as buyers, countIf(person_id != 0 and purchases > 0 and bucket = first_bucket) as new_buyers,
    0 as net_minor
  from bought group by bucket
  union all
  select if({by_month:UInt8} = 1, toStartOfMonth(toDate(at, {zone:String})), toDate(at, {zone:String})) as bucket,
    0 as orders, 0 as sales_minor, 0 as person_orders, 0 as person_sales_minor, 0 as buyers, 0 as new_buyers, sum(amount_minor) as net_minor
  from movements group by bucket
)
where bucket >= {first:Date} and bucket < {end:Date}
group by bucket
order by bucket
