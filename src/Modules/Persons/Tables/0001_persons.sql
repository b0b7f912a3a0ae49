-- One row a resolved human: OneID. Numbered densely.
create table persons (
  person_id bigint not null primary key,
  state text not null,                 -- active, merged
  merged_into bigint,                  -- when merged: where it went, always the final survivor's chain
  name_cipher {bytes},                 -- names are personal data: encrypted, see Platform/Access/Vault
  name_key {bytes},                    -- keyed hash of the normalised name, for exact search
  gender text,
  birthday text,                       -- YYYY-MM-DD or --MM-DD
  province text,
  city text,
  language text,
  attributes text not null,            -- JSON object of text values
  profile_at_ms bigint not null,       -- event time of the newest profile statement
  first_seen_ms bigint not null,
  last_seen_ms bigint not null,
  first_channel text not null
) {rowless};

-- Every value that some system knows a person by. The value itself is encrypted; look-up is by keyed hash.
create table identifiers (
  identifier_key bigint not null primary key, -- 63 bits of HMAC(namespace, scope, normalised value)
  namespace text not null,
  scope text not null,
  value_cipher {bytes} not null,
  person_id bigint not null,
  verified bigint not null,
  first_seen_ms bigint not null,
  last_seen_ms bigint not null,
  source text not null
) {rowless};
create index identifiers_by_person on identifiers (person_id);

-- Evidence that two identifiers are one person. Never deleted: persons are a function of links.
create table links (
  low_key bigint not null,
  high_key bigint not null,
  source text not null,
  command_key text not null,
  strength text not null,              -- verified, asserted, declared, inferred
  first_seen_ms bigint not null,
  last_seen_ms bigint not null,
  dropped_rule text,                   -- why the link joins nothing, when it does not
  primary key (low_key, high_key)
) {rowless};

-- Old numbers stay valid: where a person went.
create table person_aliases (
  from_person bigint not null primary key,
  to_person bigint not null,
  merged_at_ms bigint not null,
  command_key text not null
) {rowless};
create index person_aliases_by_target on person_aliases (to_person);

create table consents (
  person_id bigint not null,
  via text not null,                   -- sms, email, wecom, …
  purpose text not null,
  point_key bigint not null,           -- identifier key of the contact point; 0 for all of the kind
  granted bigint not null,
  evidence text,
  source text not null,
  at_ms bigint not null,
  primary key (person_id, via, purpose, point_key)
) {rowless};

create table interactions (
  interaction_id bigint not null primary key,
  person_id bigint not null,
  via_key bigint not null,
  at_ms bigint not null,
  channel text not null,
  shop text not null,
  kind text not null,
  properties text not null             -- JSON object of text values
) {rowless};
create index interactions_by_person on interactions (person_id, at_ms);
