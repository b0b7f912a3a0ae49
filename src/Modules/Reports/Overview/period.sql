-- One period's counts. Buyers are known persons with a purchase; new ones bought for the first time in it; repeat ones have two or more by its end.
with {{sales}},
joined as (
  select uniqExact(person_id) as persons
  from memberships final
  where joined_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and joined_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC') and joined_at < {{until}}
    and ({channel:String} = '' or joined_channel = {channel:String})
)
select
  sum(in_orders) as orders, sum(in_sales_minor) as sales_minor,
  sumIf(in_orders, person_id != 0) as person_orders, sumIf(in_sales_minor, person_id != 0) as person_sales_minor,
  countIf(person_id != 0 and purchases > 0) as buyers,
  countIf(person_id != 0 and purchases > 0 and earlier = 0) as new_buyers,
  countIf(person_id != 0 and purchases > 0 and purchases + earlier > 1) as repeat_buyers,
  (select persons from joined) as new_members
from (
  select
    person_id, countIf(is_in) as in_orders, sumIf(sales_minor, is_in) as in_sales_minor,
    countIf(is_in and not refunded_in_full) as purchases, countIf(not is_in and not refunded_in_full) as earlier
  from (select *, ordered_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') as is_in from sales)
  where ordered_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  group by person_id
)
