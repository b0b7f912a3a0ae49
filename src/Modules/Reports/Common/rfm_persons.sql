{{purchases}},
{{movements}},
-- Recency in calendar days, frequency in distinct valid orders, and money: positive lines (sales) or what stayed (net).
-- Whoever's net is not positive is absent from the net view.
rfm_persons as (
  select p.person_id as person_id, p.recency_days as recency_days, p.frequency as frequency,
    if({net:UInt8} = 1, n.net_minor, p.sales_minor) as monetary_minor
  from (
    select person_id, dateDiff('day', max(day), {as_of:Date}) as recency_days, count() as frequency, sum(sales_minor) as sales_minor
    from purchases group by person_id
  ) as p
  left join (select person_id, sum(amount_minor) as net_minor from movements where person_id != 0 group by person_id) as n
    on n.person_id = p.person_id
  where monetary_minor > 0
),
-- The score of a value is one more than the number of edges below it, so that equal values have equal scores. Recency is turned round:
-- who bought lately scores high.
scored as (
  select person_id, recency_days, frequency, monetary_minor,
    length({r_edges:Array(Int64)}) + 1 - toInt64(arrayCount(e -> e < recency_days, {r_edges:Array(Int64)})) as r,
    1 + toInt64(arrayCount(e -> e < frequency, {f_edges:Array(Int64)})) as f,
    1 + toInt64(arrayCount(e -> e < monetary_minor, {m_edges:Array(Int64)})) as m
  from rfm_persons
)
