-- Net sales are money in less money out, each at its own date. The bridge from sales: other lines, shipping, discounts, refunds.
select
  sumIf(o.sales_minor, o.is_sale = 1) as sales_minor,
  sum(o.lines_minor) - sumIf(o.sales_minor, o.is_sale = 1) as other_lines_minor,
  sum(o.shipping_minor) as shipping_minor,
  sum(o.discount_minor) as discount_minor,
  (
    select sum(amount_minor) from refunds final
    where currency = {currency:String} and refunded_at < {{until}} and ({channel:String} = '' or channel = {channel:String})
      and refunded_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and refunded_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  ) as paid_back_minor,
  sum(o.total_minor) - paid_back_minor as net_minor
from orders as o final
where (o.is_sale = 1 or o.kind = 'adjustment') and o.currency = {currency:String} and o.ordered_at < {{until}}
  and (o.paid_at is null or o.paid_at < {{until}}) and ({channel:String} = '' or o.channel = {channel:String})
  and o.ordered_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and o.ordered_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
