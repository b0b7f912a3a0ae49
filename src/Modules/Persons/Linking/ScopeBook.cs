using Danke.Platform.Books;

namespace Danke.Persons.Linking;

/// <summary>Keeps the list of namespaces and scopes in which values are known: a few rows, written when a new one appears.</summary>
internal sealed class ScopeBook
{
    private sealed record ScopeRow(string Namespace, string Scope);

    private static readonly Table<ScopeRow> Table = new Table<ScopeRow>("identifier_scopes", "namespace", "scope")
        .Text("namespace", r => r.Namespace).Text("scope", r => r.Scope);

    private readonly HashSet<ScopeRow> known = [];
    private readonly HashSet<ScopeRow> fresh = [];
    private bool isCurrent;

    // Only what was read is known: what this process wrote may have been rolled back.
    public async ValueTask Load(BooksTransaction books)
    {
        fresh.Clear();
        if (isCurrent) return;
        known.UnionWith(await books.Read("select namespace, scope from identifier_scopes", r => new ScopeRow(r.GetString(0), r.GetString(1))));
        isCurrent = true;
    }

    public void See(string @namespace, string scope)
    {
        var row = new ScopeRow(@namespace, scope);
        if (!known.Contains(row)) fresh.Add(row);
    }

    public async ValueTask Save(BooksTransaction books)
    {
        if (fresh.Count == 0) return;
        isCurrent = false;
        await books.InsertMissing(Table, fresh);
    }
}
