with {{rfm_persons}}
select r, f, m, count() as persons, sum(frequency) as orders, sum(monetary_minor) as monetary_minor
from scored
group by r, f, m
order by r desc, f desc, m desc
