-- What sources say of persons, value by value. A statement goes where the identifier goes that it came in by; a person's profile in
-- persons is what survives of all statements of the person's identifiers.
create table attribute_statements (
  via_key bigint not null,             -- the identifier it came in by; of a person without any: minus the person's number
  source text not null,
  channel text not null,
  attribute text not null,             -- name, city, attributes.skin, …
  value_key bigint not null,           -- keyed hash of attribute and value; 0 for what was known before statements were kept
  person_id bigint not null,
  value_cipher {bytes},                -- sealed, see Platform/Access/Vault
  value text,                          -- in its place, what lay in the open in persons before statements were kept
  first_ms bigint not null,
  last_ms bigint not null,
  command_key text not null,           -- the event that said it last; empty when it is not known
  primary key (via_key, source, channel, attribute, value_key)
) {rowless};
create index attribute_statements_by_person on attribute_statements (person_id);

-- What somebody decided by hand; it goes where the identifier goes that the person's number stayed with.
create table attribute_pins (
  via_key bigint not null,
  attribute text not null,
  person_id bigint not null,
  value_cipher {bytes} not null,
  pinned_by text not null,
  reason text not null,
  at_ms bigint not null,
  command_key text not null,
  primary key (via_key, attribute)
) {rowless};
create index attribute_pins_by_person on attribute_pins (person_id);

-- Profiles as they are become statements of their number's anchor; those of absorbed persons, of the anchor that goes with a division.
insert into attribute_statements (via_key, source, channel, attribute, value_key, person_id, value_cipher, value, first_ms, last_ms, command_key)
select coalesce(i.identifier_key, -p.person_id), 'danke-profile', '', 'name', 0, coalesce(i.person_id, p.person_id), p.name_cipher, null, p.profile_at_ms, p.profile_at_ms, ''
from persons p left join identifiers i on i.anchor_of = p.person_id and i.person_id <> 0
where p.name_cipher is not null and (p.state = 'active' or i.identifier_key is not null);
insert into attribute_statements (via_key, source, channel, attribute, value_key, person_id, value_cipher, value, first_ms, last_ms, command_key)
select coalesce(i.identifier_key, -p.person_id), 'danke-profile', '', v.attribute, 0, coalesce(i.person_id, p.person_id), null, v.value, p.profile_at_ms, p.profile_at_ms, ''
from persons p join (
  select person_id, 'gender' as attribute, gender as value from persons
  union all select person_id, 'birthday', birthday from persons
  union all select person_id, 'province', province from persons
  union all select person_id, 'city', city from persons
  union all select person_id, 'language', language from persons
  union all select x.person_id, 'attributes.' || a.key, a.value from persons x, {sqlite:json_each(x.attributes) a}{postgres:jsonb_each_text(x.attributes::jsonb) a}
) v on v.person_id = p.person_id left join identifiers i on i.anchor_of = p.person_id and i.person_id <> 0
where v.value is not null and (p.state = 'active' or i.identifier_key is not null);
