-- Who lives together, as far as shared phones and addresses tell: found anew again and again from the links (Grouping/HouseholdRefresh), at most a little
-- behind them. Who has no household has no row.
create table households (
  person_id bigint not null primary key,
  household_id bigint not null,        -- the smallest person number of the group
  size bigint not null                 -- how many they are: 2 to 8
) {rowless};

-- What a household is found by: few links of many.
create index links_dropped on links (low_key, high_key) where dropped_rule is not null;
