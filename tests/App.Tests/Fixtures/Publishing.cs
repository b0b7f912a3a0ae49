using Danke.Platform.Books;

namespace Danke.App.Tests.Fixtures;

/// <summary>Definitions put in force as they stand, past the checks that the API makes.</summary>
public static class Publishing
{
    /// <summary>The definition's next version, live; the one before it is retired.</summary>
    public static Task Publish(this BooksStore books, string kind, string name, string body) => books.Write(async transaction =>
    {
        await transaction.Execute("update definitions set state = 'retired' where kind = @kind and name = @name and state = 'live'", ("kind", kind), ("name", name));
        await transaction.Execute("""
            insert into definitions (kind, name, version, state, title, body, created_at_ms, created_by)
            select @kind, @name, 1 + (select count(*) from definitions where kind = @kind and name = @name), 'live', @name, @body, 0, 'test'
            """, ("kind", kind), ("name", name), ("body", body));
    });
}
