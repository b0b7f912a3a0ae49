-- What is left of the identifiers of persons who were erased: enough to know a late event by, and nothing to tell who it was.
-- The same value may be somebody's again: who comes after the erasing is a new person.
create table erased_identifiers (
  identifier_key bigint not null primary key,  -- as in identifiers
  proof {bytes} not null,                      -- HMAC-SHA256 under a key of its own: a clash of the 63 bits suppresses nobody
  erased_at_ms bigint not null,                -- events up to here are dropped
  request_id bigint not null,
  suppressed bigint not null,                  -- how many were
  suppressed_at_ms bigint                      -- the last of them
) {rowless};
create index erased_identifiers_by_request on erased_identifiers (request_id);
