-- Lists go by when the purchase was made: OrderState.OrderedAtMs, written as in Reading/OrderSql.cs.
create index orders_by_time on orders ((case when placed_at_ms is not null and paid_at_ms is not null
  then case when placed_at_ms < paid_at_ms then placed_at_ms else paid_at_ms end
  else coalesce(placed_at_ms, paid_at_ms, shipped_at_ms, completed_at_ms, closed_at_ms, last_refund_at_ms, 0) end), order_id);
