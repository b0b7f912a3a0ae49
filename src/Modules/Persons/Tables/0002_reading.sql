-- In which scopes values of which namespaces are known: whoever types a value need not say what kind it is.
create table identifier_scopes (
  namespace text not null,
  scope text not null,
  primary key (namespace, scope)
) {rowless};
insert into identifier_scopes (namespace, scope) select distinct namespace, scope from identifiers;

-- Lists and searches. The first is the usual order of a list, and counts it.
create index persons_by_last_seen on persons (last_seen_ms, person_id) where state = 'active';
create index persons_by_name on persons (name_key) where name_key is not null;
create index persons_by_city on persons (city, person_id) where city is not null;
create index links_by_high on links (high_key);
