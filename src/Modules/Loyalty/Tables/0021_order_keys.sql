-- What pays for an order names it as orders are kept: channel/shop/number. With colons a shop with one in its name could not be told from the number.
-- First those of shops with a colon, as the orders say it; then, of all others, the first two colons are what stood between the parts.
update redemptions set order_key = (
    select min(o.channel || '/' || o.shop || '/' || o.number) from orders o
    where o.shop like '%:%' and o.channel || ':' || o.shop || ':' || o.number = redemptions.order_key)
  where order_key in (select o.channel || ':' || o.shop || ':' || o.number from orders o where o.shop like '%:%');
update benefit_uses set order_key = (
    select min(o.channel || '/' || o.shop || '/' || o.number) from orders o
    where o.shop like '%:%' and o.channel || ':' || o.shop || ':' || o.number = benefit_uses.order_key)
  where order_key in (select o.channel || ':' || o.shop || ':' || o.number from orders o where o.shop like '%:%');
update redemptions set order_key =
    {postgres:regexp_replace(order_key, '^([^:/]*):([^:]*):', '\1/\2/')}
    {sqlite:substr(order_key, 1, instr(order_key, ':') - 1) || '/'
      || substr(substr(order_key, instr(order_key, ':') + 1), 1, instr(substr(order_key, instr(order_key, ':') + 1), ':') - 1) || '/'
      || substr(substr(order_key, instr(order_key, ':') + 1), instr(substr(order_key, instr(order_key, ':') + 1), ':') + 1)}
  where {postgres:order_key ~ '^[^:/]*:[^:]*:'}
    {sqlite:order_key like '%:%:%' and (instr(order_key, '/') = 0 or instr(order_key, ':') < instr(order_key, '/'))};
update benefit_uses set order_key =
    {postgres:regexp_replace(order_key, '^([^:/]*):([^:]*):', '\1/\2/')}
    {sqlite:substr(order_key, 1, instr(order_key, ':') - 1) || '/'
      || substr(substr(order_key, instr(order_key, ':') + 1), 1, instr(substr(order_key, instr(order_key, ':') + 1), ':') - 1) || '/'
      || substr(substr(order_key, instr(order_key, ':') + 1), instr(substr(order_key, instr(order_key, ':') + 1), ':') + 1)}
  where {postgres:order_key ~ '^[^:/]*:[^:]*:'}
    {sqlite:order_key like '%:%:%' and (instr(order_key, '/') = 0 or instr(order_key, ':') < instr(order_key, '/'))};
