-- Of those who bought in the period, how many bought on both of two channels; a channel with itself is its buyers.
with {{purchases}},
by_person as (
  select person_id, arraySort(groupUniqArray(toString(channel))) as channels
  from purchases
  where ordered_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and ordered_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  group by person_id
)
select pair.1 as channel, pair.2 as other, count() as buyers
from by_person
array join arrayFlatten(arrayMap(a -> arrayMap(b -> (a, b), arrayFilter(b -> b >= a, channels)), channels)) as pair
group by channel, other
order by channel, other
