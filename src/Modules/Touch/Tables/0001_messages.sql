-- One message to one person, sent or not: a non-send is a row with a reason, never an absence.
create table messages (
  message_id bigint not null primary key,
  message_key text {c} not null unique, -- entry/node/visit/channel: exactly one row whatever crashes
  person_id bigint not null,
  via text not null,                   -- sms, email, …
  template text not null,
  state text not null,                 -- queued, sent, skipped
  reason text,                         -- why skipped
  address_key bigint not null,         -- identifier key of the contact point; 0 when none
  body_cipher {bytes},
  journey text not null,
  at_ms bigint not null,
  sent_at_ms bigint
) {rowless};
create index messages_by_person on messages (person_id, at_ms);
create index messages_by_state on messages (state, message_id);
