-- One page, best first; ties by person. The cursor is the last row's money and person.
with {{rfm_persons}}
select person_id, recency_days, frequency, monetary_minor, r, f, m
from scored
where ({person:UInt64} = 0 or person_id = {person:UInt64})
  and ({r:Int64} = 0 or r = {r:Int64}) and ({f:Int64} = 0 or f = {f:Int64}) and ({m:Int64} = 0 or m = {m:Int64})
  and ({after_person:UInt64} = 0 or monetary_minor < {after_minor:Int64} or (monetary_minor = {after_minor:Int64} and person_id > {after_person:UInt64}))
order by monetary_minor desc, person_id
limit {limit:UInt32}
