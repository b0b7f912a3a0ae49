-- Requests of tills that were rolled back: what they took came back, and their key may be used for another request.
create table redemption_rollbacks (
  request text {c} not null,           -- who asked, and the key
  attempt bigint not null,             -- which request under the key it was, from 1
  body_hash bigint not null,           -- of what it said: sent again it is known, and takes nothing
  redemption_id bigint not null,
  rolled_back_at_ms bigint not null,
  command_key text not null,
  primary key (request, attempt)
) {rowless};
create index redemption_rollbacks_by_redemption on redemption_rollbacks (redemption_id);
