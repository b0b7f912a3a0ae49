-- Every movement of money, for net figures in the cash view: an order's total at its own date, a refund at the refund's.
movements as (
  select person_id, channel, ordered_at as at, total_minor as amount_minor
  from orders final
  where (is_sale = 1 or kind = 'adjustment') and currency = {currency:String} and ordered_at < {{until}}
    and (paid_at is null or paid_at < {{until}}) and ({channel:String} = '' or channel = {channel:String})
  union all
  select person_id, channel, refunded_at as at, -amount_minor as amount_minor
  from refunds final
  where currency = {currency:String} and refunded_at < {{until}} and ({channel:String} = '' or channel = {channel:String})
)
