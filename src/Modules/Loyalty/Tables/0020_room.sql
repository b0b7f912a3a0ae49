-- Balances and lots are written again and again: with room left beside them, PostgreSQL keeps the new row on its page and leaves the indexes alone.
{postgres:alter table memberships set (fillfactor = 75)};
{postgres:alter table lots set (fillfactor = 85)};
