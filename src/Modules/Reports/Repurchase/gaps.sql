-- Days between one purchase day and the next of the same person; purchases of one day are one.
with {{purchases}}
select gap_days, count() as gaps
from (
  select arrayJoin(arrayPopFront(arrayDifference(arraySort(groupUniqArray(toInt64(day)))))) as gap_days
  from purchases
  group by person_id
)
group by gap_days
order by gap_days
