-- Entries and lots that erasing took the link or seal from, until they are linked anew: hardly ever any.
create index points_entries_unlinked on points_entries (lot_id) where link is null;
create index lots_unsealed on lots (lot_id) where seal is null;
