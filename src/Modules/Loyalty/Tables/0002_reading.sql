-- Who holds which tier, and how many; who joined when.
create index memberships_by_tier on memberships (program, state, tier, person_id);
create index memberships_by_joining on memberships (program, joined_at_ms, person_id);
