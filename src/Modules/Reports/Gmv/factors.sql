-- The four factors of one period, and what stands beside them: guests' sales and sales that were refunded in full.
with {{sales}},
members as (
  select person_id from sales
  where person_id != 0 and not refunded_in_full and ordered_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  union distinct
  select person_id from memberships final
  where card_state = 'active' and joined_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    and ({channel:String} = '' or joined_channel = {channel:String})
)
select
  (select count() from members) as members,
  uniqExactIf(person_id, person_id != 0 and not refunded_in_full) as buyers,
  countIf(person_id != 0 and not refunded_in_full) as orders,
  sumIf(sales_minor, person_id != 0 and not refunded_in_full) as sales_minor,
  sumIf(sales_minor, person_id = 0) as guest_sales_minor,
  sumIf(sales_minor, person_id != 0 and refunded_in_full) as refunded_in_full_minor
from sales
where ordered_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and ordered_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
