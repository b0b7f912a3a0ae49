-- A copy names its original as channel:shop:number; of a shop with a colon in its name that could be read in two ways, and is written with slashes now.
update orders set origin = (
    select min(o.channel || '/' || o.shop || '/' || o.number) from orders o
    where o.shop like '%:%' and o.channel || ':' || o.shop || ':' || o.number = orders.origin)
  where origin is not null
    and origin in (select o.channel || ':' || o.shop || ':' || o.number from orders o where o.shop like '%:%');
