select
  toStartOfMonth(toDate(at, {zone:String})) as month,
{{points_kinds}}
from points_entries final
where program = {program:String} and at < {{until}}
group by month
order by month
