-- One period's movements and what was outstanding at its end.
select
  (select sum(spendable) from points_entries final
    where program = {program:String} and at < fromUnixTimestamp64Milli({to:Int64}, 'UTC') and at < {{until}}) as outstanding,
{{points_kinds}}
from points_entries final
where program = {program:String} and at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and at < fromUnixTimestamp64Milli({to:Int64}, 'UTC') and at < {{until}}
