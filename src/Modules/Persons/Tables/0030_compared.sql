-- As what each person was compared with others last: a keyed hash of the record, so that a later run looks only at who changed.
create table identity_compared (
  anchor_key bigint not null primary key,
  fingerprint bigint not null,
  run_id bigint not null               -- the newest run that saw the person
) {rowless};

alter table identity_models add column body_cipher {bytes};   -- the newest model, whole and sealed: later runs compare by it
