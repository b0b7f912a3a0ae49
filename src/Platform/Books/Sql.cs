using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Danke.Platform.Books;

/// <summary>
/// SQL is source: one portable text with a few words that differ by database.
/// <list type="bullet">
/// <item><c>{keys}</c>: the set of bigint keys in <c>@keys</c>, for <c>x in ({keys})</c>; <c>{keys:text}</c> and <c>{keys:bytes}</c> alike;
/// <c>{set:NAME}</c>, <c>{set:NAME:text}</c>, … for a parameter of another name</item>
/// <item><c>{bytes}</c>: blob or bytea · <c>{rowless}</c>: SQLite's <c>without rowid</c> · <c>{c}</c>: PostgreSQL's <c>collate "C"</c></item>
/// <item><c>{for update}</c>: PostgreSQL's row lock, nothing on SQLite (one writer)</item>
/// <item><c>{postgres: …}</c>, <c>{sqlite: …}</c>: text for one of the two only; holds no brace</item>
/// </list>
/// </summary>
public static partial class Sql
{
    private static readonly ConcurrentDictionary<(string, Dialect), string> Localised = new();
    private static readonly ConcurrentDictionary<(Assembly, string), string> Files = new();

    public static string Localise(string sql, Dialect dialect) =>
        sql.Contains('{') ? Localised.GetOrAdd((sql, dialect), static key => Replace(key.Item1, key.Item2)) : sql;

    private static string Replace(string sql, Dialect dialect)
    {
        var sqlite = dialect == Dialect.Sqlite;
        sql = sql.Replace("{keys", "{set:keys", StringComparison.Ordinal)
            .Replace("{bytes}", sqlite ? "blob" : "bytea", StringComparison.Ordinal)
            .Replace("{rowless}", sqlite ? "without rowid" : "", StringComparison.Ordinal)
            .Replace("{c}", sqlite ? "" : "collate \"C\"", StringComparison.Ordinal)
            .Replace("{for update}", sqlite ? "" : "for update", StringComparison.Ordinal);
        sql = OnlyOn().Replace(sql, match => (match.Groups[1].Value == "sqlite") == sqlite ? match.Groups[2].Value : "");
        // An array of keys is looked up in an index at once; a subquery over it is joined, row by row.
        if (!sqlite) sql = InSet().Replace(sql, match => $"{(match.Groups[1].Success ? "<> all" : "= any")} (@{match.Groups[2].Value})");
        return Set().Replace(sql, match =>
        {
            var name = match.Groups[1].Value;
            if (!sqlite) return $"select unnest(@{name})";
            var value = match.Groups[2].Value == "bytes" ? "unhex(value)" : "value";
            return $"select {value} from json_each(@{name})";
        });
    }

    [GeneratedRegex(@"\{(sqlite|postgres):([^{}]*)\}")]
    private static partial Regex OnlyOn();

    [GeneratedRegex(@"\b(not\s+)?in\s*\(\{set:(\w+)(?::\w+)?\}\)")]
    private static partial Regex InSet();

    [GeneratedRegex(@"\{set:(\w+)(?::(\w+))?\}")]
    private static partial Regex Set();

    /// <summary>The embedded file <c>NAME.sql</c> of the caller's assembly, or <c>NAME.sqlite.sql</c> / <c>NAME.postgres.sql</c>.</summary>
    public static string File(Assembly assembly, string name, Dialect dialect)
    {
        var wanted = new[] { $".{name}.{dialect.ToString().ToLowerInvariant()}.sql", $".{name}.sql" };
        return Files.GetOrAdd((assembly, $"{name}/{dialect}"), key =>
        {
            foreach (var suffix in wanted)
                if (key.Item1.GetManifestResourceNames().FirstOrDefault(n => n.EndsWith(suffix, StringComparison.Ordinal)) is { } resource)
                    return Resource(key.Item1, resource);
            throw new InvalidOperationException($"No embedded SQL file {name} in {key.Item1.GetName().Name}.");
        });
    }

    internal static string Resource(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
