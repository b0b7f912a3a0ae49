-- What was learnt of all persons each time that they were compared without keys: shares and weights, no value of anybody.
create table identity_models (
  model_id bigint not null primary key,
  at_ms bigint not null,
  records bigint not null,             -- persons compared
  pairs_compared bigint not null,
  report text not null                 -- JSON: fields with the weights of their levels
) {rowless};

-- Two persons who may be one, and what somebody said of them. Named by identifiers: whose these are is looked up when asked.
create table identity_pairs (
  pair_id bigint not null primary key,
  a_key bigint not null,               -- the anchor of either person; a_key < b_key
  b_key bigint not null,
  model_id bigint not null,            -- of the newest comparison that found the pair
  found_ms bigint not null,            -- when first found
  score_millibits bigint not null,
  probability_ppm bigint not null,     -- millionths
  evidence text not null,              -- JSON: what each field says, without values
  refusal text,                        -- why the Door did not link them by itself
  state text not null,                 -- waiting, later, same, different, linked
  answered_by text,                            -- who answered; matching: nobody, a threshold did
  answered_ms bigint,
  command_key text                     -- of the decision that the answer made
) {rowless};
create unique index identity_pairs_by_keys on identity_pairs (a_key, b_key);
create index identity_pairs_waiting on identity_pairs (state, probability_ppm);
create index identity_pairs_by_b on identity_pairs (b_key);
