-- By cohort, in which complete month its members bought last. {complete_until}: the first month that is not complete.
with {{purchases}}
select cohort, last_month, dateDiff('month', cohort, last_month) as offset, count() as persons
from (
  select min(toStartOfMonth(day)) as cohort, maxIf(toStartOfMonth(day), toStartOfMonth(day) < {complete_until:Date}) as last_month
  from purchases
  group by person_id
)
where cohort < {complete_until:Date}
group by cohort, last_month
order by cohort, last_month
