-- Distinct buyers by month of first purchase and month of purchase. Refunds of known orders are taken off the order's own month.
with {{purchases}}
select
  cohort, month, dateDiff('month', cohort, month) as offset,
  count() as buyers, sum(orders) as orders, sum(sales_minor) as sales_minor, sum(net_minor) as net_minor
from (
  select person_id, month, orders, sales_minor, net_minor, min(month) over (partition by person_id) as cohort
  from (
    select person_id, toStartOfMonth(day) as month, count() as orders, sum(sales_minor) as sales_minor, sum(total_minor - refunded_minor) as net_minor
    from purchases
    group by person_id, month
  )
)
group by cohort, month
order by cohort, month
