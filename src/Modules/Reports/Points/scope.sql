select program, count() as entries, toUnixTimestamp64Milli(min(at)) as first_ms
from points_entries final
where at < {{until}}
group by program
-- Further types of points are ledgers called program:type: to be asked for by name.
order by position(program, ':') > 0, entries desc, program
