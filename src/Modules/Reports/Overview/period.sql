-- One period's counts. Buyers are known persons with a purchase; new ones bought for the first time in it; repeat ones have two or more by its end.
with {{sales}},
persons_in_it as (
  select
    person_id,
    countIf(ordered_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')) as purchases,
    countIf(ordered_at < fromUnixTimestamp64Milli({from:Int64}, 'UTC')) as earlier
  from sales
  where person_id != 0 and not refunded_in_full and ordered_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  group by person_id
  having purchases > 0
),
joined as (
  select uniqExact(person_id) as persons
  from memberships final
  where joined_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and joined_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC') and joined_at < {{until}}
    and ({channel:String} = '' or joined_channel = {channel:String})
)
select
  count() as orders, sum(sales_minor) as sales_minor,
  countIf(person_id != 0) as person_orders, sumIf(sales_minor, person_id != 0) as person_sales_minor,
  (select count() from persons_in_it) as buyers,
  (select countIf(earlier = 0) from persons_in_it) as new_buyers,
  (select countIf(purchases + earlier > 1) from persons_in_it) as repeat_buyers,
  (select persons from joined) as new_members
from sales
where ordered_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and ordered_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
