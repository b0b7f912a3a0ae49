fromUnixTimestamp64Milli({until:Int64}, 'UTC')
