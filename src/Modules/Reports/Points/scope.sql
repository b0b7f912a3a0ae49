select program, count() as entries, toUnixTimestamp64Milli(min(at)) as first_ms
from points_entries final
where at < {{until}}
group by program
order by entries desc, program
