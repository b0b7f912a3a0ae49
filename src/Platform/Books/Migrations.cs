using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Danke.Platform.Books;

/// <summary>One numbered step of a module's schema, from an embedded <c>Tables/NNNN_name.sql</c>.</summary>
public sealed record Migration(string Module, int Number, string Name, string Sql);

/// <summary>
/// Brings the schema up to date, forward only. Guarded against two nodes at once: an advisory lock on PostgreSQL, the
/// single writer on SQLite. A migration that was applied and has since changed is an error, never a guess.
/// </summary>
public static partial class Migrations
{
    private const long AdvisoryLock = 0x44_61_6E_6B_65; // "Danke"

    public static IEnumerable<Migration> In(Assembly assembly, string module) =>
        from resource in assembly.GetManifestResourceNames()
        where resource.Contains(".Tables.", StringComparison.Ordinal)
        let file = resource[(resource.IndexOf(".Tables.", StringComparison.Ordinal) + ".Tables.".Length)..]
        let number = int.Parse(file[..4], System.Globalization.CultureInfo.InvariantCulture)
        orderby number
        select new Migration(module, number, file[5..^4], Sql.Resource(assembly, resource));

    /// <summary>Applies what is missing, in the order given; answers what it applied.</summary>
    public static async Task<IReadOnlyList<Migration>> Apply(
        BooksStore books, IEnumerable<Migration> migrations, long nowMs, ILogger log, CancellationToken cancel = default)
    {
        await using var transaction = await books.Begin(cancel);
        if (books.Dialect == Dialect.Postgres) await transaction.Execute($"select pg_advisory_xact_lock({AdvisoryLock})");
        await transaction.Execute("""
            create table if not exists schema_migrations (
              module text not null, number bigint not null, name text not null, checksum text not null, applied_at_ms bigint not null,
              primary key (module, number))
            """);
        var done = (await transaction.Read("select module, number, checksum from schema_migrations",
            r => (Key: (r.GetString(0), (int)r.GetInt64(1)), Checksum: r.GetString(2)))).ToDictionary(r => r.Key, r => r.Checksum);
        var applied = new List<Migration>();
        foreach (var migration in migrations)
        {
            var checksum = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(migration.Sql)))[..16];
            if (done.TryGetValue((migration.Module, migration.Number), out var before))
            {
                if (before != checksum) throw new InvalidOperationException(
                    $"Migration {migration.Module}/{migration.Number:0000}_{migration.Name} was applied with another text. Migrations are never edited: add a new one.");
                continue;
            }
            log.LogInformation("Applying migration {Module}/{Number} {Name}", migration.Module, migration.Number, migration.Name);
            foreach (var statement in Statements(books.Localise(migration.Sql))) await transaction.Execute(statement);
            await transaction.Execute(
                "insert into schema_migrations (module, number, name, checksum, applied_at_ms) values (@module, @number, @name, @checksum, @now)",
                ("module", migration.Module), ("number", (long)migration.Number), ("name", migration.Name), ("checksum", checksum), ("now", nowMs));
            applied.Add(migration);
        }
        await transaction.Commit(cancel);
        return applied;
    }

    // Comments go first: they may hold a semicolon. Migrations hold no other but the one that ends a statement.
    private static IEnumerable<string> Statements(string sql) =>
        Comment().Replace(sql, "").Split(';').Where(statement => !string.IsNullOrWhiteSpace(statement));

    [System.Text.RegularExpressions.GeneratedRegex("--[^\n]*")]
    private static partial System.Text.RegularExpressions.Regex Comment();
}
