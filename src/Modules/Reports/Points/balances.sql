-- What is owed to members at the end of the as-of day. A negative balance is a debt of the member's and reduces nobody else's points.
select
  sumIf(spendable, spendable > 0) as liability, -sumIf(spendable, spendable < 0) as debt, sum(pending) as pending,
  countIf(spendable > 0) as holders, countIf(spendable < 0) as debtors
from (
  select person_id, sum(points_entries.spendable) as spendable, sum(points_entries.pending) as pending
  from points_entries final
  where program = {program:String} and at < {{until}}
  group by person_id
)
