-- Days from the first purchase day to the second, or to the as-of day for those who have not come back yet.
with {{purchases}}
select days, countIf(came_back) as came_back, countIf(not came_back) as still_waiting
from (
  select
    arraySort(groupUniqArray(day)) as purchase_days,
    length(purchase_days) > 1 as came_back,
    dateDiff('day', purchase_days[1], if(came_back, purchase_days[2], {as_of:Date})) as days
  from purchases
  group by person_id
)
group by days
order by days
