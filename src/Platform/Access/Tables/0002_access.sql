-- Facts of this installation: the data key's fingerprint, the brand's settings.
create table installation (
  name text primary key,
  value text not null
);

-- People at the screens.
create table users (
  name text primary key,
  title text not null,              -- how to show them
  role text not null,               -- admin, operator, analyst, clerk
  password_hash text not null,
  must_change_password bigint not null,
  disabled bigint not null,
  created_at_ms bigint not null,
  created_by text not null,
  password_at_ms bigint not null,
  signed_in_at_ms bigint
);

-- Who is signed in. Deleted when the user signs out, is disabled or gets another password.
create table sessions (
  token_hash {bytes} not null primary key,
  user_name text not null references users (name),
  created_at_ms bigint not null,
  seen_at_ms bigint not null,       -- to the minute
  expires_at_ms bigint not null
);
create index sessions_by_user on sessions (user_name);

-- Failed tries to sign in, by user name and by address, counted before the password is looked at.
create table sign_in_tries (
  subject text primary key,         -- user:NAME or address:IP
  failed bigint not null,
  last_at_ms bigint not null,
  locked_until_ms bigint not null
);

-- Programs' keys. The key itself is shown once and never kept.
create table api_keys (
  api_key_id bigint not null primary key,
  name text not null,
  key_hash {bytes} not null unique,
  hint text not null,               -- the key's last four characters
  scopes text not null,             -- JSON array
  created_at_ms bigint not null,
  created_by text not null,
  used_at_ms bigint,                -- to the minute
  revoked_at_ms bigint
);

-- Who changed what. Written with the change, never changed, no personal data.
create table audit_log (
  entry_id bigint not null primary key,
  at_ms bigint not null,
  actor text not null,              -- user:NAME, key:ID, cli, system
  action text not null,             -- user.created, definition.published, …
  target text not null,
  detail text not null              -- JSON: before, after
);
create index audit_log_by_actor on audit_log (actor, entry_id);
create index audit_log_by_action on audit_log (action, entry_id);
