-- What moved the spendable balance, by why; "other" is whatever has no name here, so that the bridge always closes.
  sumIf(spendable, kind = 'activate') as issued,
  sumIf(spendable, kind = 'adjust' and spendable > 0) as given_by_hand,
  -sumIf(spendable, kind = 'adjust' and spendable < 0) as taken_by_hand,
  -sumIf(spendable, kind in ('spend', 'reserve', 'release', 'restore', 'reissue')) as spent,
  -sumIf(spendable, kind = 'expire') as expired,
  -sumIf(spendable, kind = 'claw_back') as clawed_back,
  sumIf(spendable, kind not in ('activate', 'adjust', 'spend', 'reserve', 'release', 'restore', 'reissue', 'expire', 'claw_back')) as other,
  sum(spendable) as spendable_change,
  sumIf(pending, kind = 'earn_pending') as earned_pending,
  -sumIf(pending, kind = 'cancel') as cancelled_pending,
  sum(pending) as pending_change
