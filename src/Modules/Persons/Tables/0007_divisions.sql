-- Whether an apart decision parted one person, or keeps two apart who were never one. Of older ones it is not known: 0.
alter table identity_decisions add column divides bigint not null default 0;
