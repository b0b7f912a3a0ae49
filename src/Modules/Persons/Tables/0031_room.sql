-- When an identifier or a link is seen again only its row changes: with room left beside it, PostgreSQL keeps the new row on its page and leaves the
-- indexes, which hold keyed hashes and so are touched all over, alone.
{postgres:alter table identifiers set (fillfactor = 85)};
{postgres:alter table links set (fillfactor = 85)};
