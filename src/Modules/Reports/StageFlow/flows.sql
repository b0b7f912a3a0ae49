-- Where each person stood at the start of {from} and of {to}. Days are 24 hours, rounded down.
with {{purchases}},
standing as (
  select
    min(ordered_at) as first_at,
    maxIf(ordered_at, ordered_at < fromUnixTimestamp64Milli({from:Int64}, 'UTC')) as last_before_from,
    max(ordered_at) as last_before_to
  from purchases
  where ordered_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  group by person_id
),
aged as (
  select
    toUnixTimestamp64Milli(first_at) >= {from:Int64} as entered,
    intDiv({from:Int64} - toUnixTimestamp64Milli(first_at), 86400000) as from_age,
    intDiv({from:Int64} - toUnixTimestamp64Milli(last_before_from), 86400000) as from_recency,
    intDiv({to:Int64} - toUnixTimestamp64Milli(first_at), 86400000) as to_age,
    intDiv({to:Int64} - toUnixTimestamp64Milli(last_before_to), 86400000) as to_recency
  from standing
)
select
  multiIf(entered, 'entered', from_age <= {new_days:Int64}, 'new', from_recency <= {active_days:Int64}, 'active',
    from_recency <= {dormant_days:Int64}, 'dormant', 'lost') as from_stage,
  multiIf(to_age <= {new_days:Int64}, 'new', to_recency <= {active_days:Int64}, 'active',
    to_recency <= {dormant_days:Int64}, 'dormant', 'lost') as to_stage,
  count() as persons
from aged
group by from_stage, to_stage
order by from_stage, to_stage
