select sum(amount_minor) as refunded_minor
from refunds final
where person_id != 0 and order_id = 0 and currency = {currency:String} and refunded_at < {{until}}
  and ({channel:String} = '' or channel = {channel:String})
