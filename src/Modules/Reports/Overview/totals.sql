-- Everything up to the as-of day, for known persons and for guests. Lines: those of positive amount in paid sales.
with {{sales}},
{{movements}},
lines as (
  select person_id, count() as lines
  from order_lines final
  where is_sale = 1 and amount_minor > 0 and order_id in (select order_id from sales)
  group by person_id
)
select
  known, sum(persons) as persons, sum(orders) as orders, sum(lines) as lines, sum(sales_minor) as sales_minor, sum(net_minor) as net_minor
from (
  select person_id != 0 as known, uniqExact(person_id) as persons, count() as orders, 0 as lines, sum(sales_minor) as sales_minor, 0 as net_minor
  from sales group by known
  union all
  select person_id != 0 as known, 0 as persons, 0 as orders, sum(lines) as lines, 0 as sales_minor, 0 as net_minor from lines group by known
  union all
  select person_id != 0 as known, 0 as persons, 0 as orders, 0 as lines, 0 as sales_minor, sum(amount_minor) as net_minor from movements group by known
)
group by known
order by known
