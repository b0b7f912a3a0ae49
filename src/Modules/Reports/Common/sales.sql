-- What was paid back on each order, as known at the end of the as-of day.
paid_back as (
  select order_id, sum(amount_minor) as amount_minor
  from refunds final
  where order_id != 0 and refunded_at < {{until}}
  group by order_id
),
-- One row a paid sale of one currency, on the brand's calendar. Cancelled and unpaid orders are no sales; an order that was
-- refunded in full stays in the sales but is no purchase.
sales as (
  select
    o.person_id as person_id, o.order_id as order_id, o.channel as channel, o.ordered_at as ordered_at,
    toDate(o.ordered_at, {zone:String}) as day,
    o.sales_minor as sales_minor, o.lines_minor as lines_minor, o.shipping_minor as shipping_minor,
    o.discount_minor as discount_minor, o.total_minor as total_minor, b.amount_minor as refunded_minor,
    b.amount_minor > 0 and b.amount_minor >= o.total_minor as refunded_in_full
  from orders as o final
  left join paid_back as b on b.order_id = o.order_id
  where o.is_sale = 1 and o.sales_minor > 0 and o.currency = {currency:String}
    and o.ordered_at < {{until}} and (o.paid_at is null or o.paid_at < {{until}})
    and ({channel:String} = '' or o.channel = {channel:String})
)
