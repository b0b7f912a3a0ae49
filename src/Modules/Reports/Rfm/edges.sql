-- Quintiles by value: the smallest value that has at least a fifth, two fifths, … of the persons at or below it.
with {{rfm_persons}}
select
  arrayMap(q -> rs[toUInt64(ceil(q * n / 5))], [1, 2, 3, 4]) as r_edges,
  arrayMap(q -> fs[toUInt64(ceil(q * n / 5))], [1, 2, 3, 4]) as f_edges,
  arrayMap(q -> ms[toUInt64(ceil(q * n / 5))], [1, 2, 3, 4]) as m_edges
from (
  select count() as n, arraySort(groupArray(toInt64(recency_days))) as rs, arraySort(groupArray(toInt64(frequency))) as fs,
    arraySort(groupArray(monetary_minor)) as ms
  from rfm_persons
)
where n > 0
