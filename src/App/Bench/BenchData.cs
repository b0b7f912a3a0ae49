using Danke.Platform.Books;
using Danke.Platform.Settings;

namespace Danke.App.Bench;

/// <summary>A data directory for one run, removed afterwards. A PostgreSQL given with --books must be empty: it is filled and left.</summary>
internal sealed class BenchData : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("danke-bench-").FullName;

    /// <summary>The settings with the run's own data directory; a SQLite file lies there too.</summary>
    public DankeSettings Settings(DankeSettings given) => given with
    {
        Data = Folder,
        Books = given.Books.StartsWith("sqlite:", StringComparison.Ordinal) ? "sqlite:" + Path.Combine(Folder, "books.db") : given.Books,
    };

    /// <summary>Empty Books of another name at the same place: a schema on PostgreSQL, a file beside on SQLite.</summary>
    /// <param name="name">A constant name.</param>
    public static async Task<string> Beside(BooksStore books, DankeSettings settings, string name, CancellationToken cancel)
    {
        if (books.Dialect == Dialect.Sqlite) return "sqlite:" + Path.Combine(settings.Data, name + ".db");
        await books.Write(t => t.Execute($"drop schema if exists {name} cascade"), cancel);
        await books.Write(t => t.Execute($"create schema {name}"), cancel);
        if (!settings.Books.Contains("://", StringComparison.Ordinal)) return $"{settings.Books};Search Path={name}";
        return settings.Books + (settings.Books.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "Search%20Path=" + name;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
