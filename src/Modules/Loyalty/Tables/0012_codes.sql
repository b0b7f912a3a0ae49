-- The last step whose code was accepted of each card: none at or before it is accepted again. And how often something wrong was shown with it lately.
create table member_codes (
  program text not null,
  card text {c} not null,
  last_step bigint not null,
  used_by text not null,               -- the request that it was accepted for: the same one, sent again, hears the same
  used_at_ms bigint not null,
  wrong bigint not null,               -- since wrong_from_ms
  wrong_from_ms bigint not null,
  primary key (program, card)
) {rowless};
