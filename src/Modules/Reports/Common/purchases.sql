{{sales}},
-- Purchases of known persons: what frequency, cohorts and retention count.
purchases as (select * from sales where person_id != 0 and not refunded_in_full)
