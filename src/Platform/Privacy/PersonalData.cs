using System.Data.Common;
using System.Text.Json.Nodes;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Platform.Privacy;

/// <summary>So many rows of a table are the person's.</summary>
public sealed record PersonalCount(string Table, PersonalTitle Title, Fate Fate, long Rows);

/// <summary>What all modules have in rows of a person: counts it, tells it, and has it erased.</summary>
public sealed class PersonalData(IEnumerable<PersonalTable> declared, BooksStore books, Vault vault)
{
    private readonly IReadOnlyList<PersonalTable> tables = [.. declared];

    public IReadOnlyList<PersonalTable> Tables => tables;

    public async Task<IReadOnlyList<PersonalCount>> Count(Subject subject, CancellationToken cancel = default)
    {
        var counts = new List<PersonalCount>();
        foreach (var table in tables)
            counts.Add(new PersonalCount(table.Name, table.Title, table.Fate,
                (await books.Read($"select count(*) from {table.Name} where {table.Where}", r => r.GetInt64(0), [("persons", subject.Persons), ("keys", subject.Keys)], cancel))[0]));
        return counts;
    }

    /// <summary>Runs every table's statements in the caller's transaction.</summary>
    /// <param name="anonymous">The number that is nobody's.</param>
    public async Task Forget(BooksTransaction transaction, Subject subject, long anonymous, bool keepsTraits, long nowMs)
    {
        foreach (var table in tables)
            foreach (var sql in keepsTraits ? table.Anonymise : table.Erase)
                await transaction.Execute(sql, Arguments(sql, subject, anonymous, nowMs));
    }

    private static (string, object?)[] Arguments(string sql, Subject subject, long anonymous, long nowMs) =>
    [
        .. new (string Name, object? Value)[] { ("persons", subject.Persons), ("keys", subject.Keys), ("person", subject.PersonId), ("anonymous", anonymous), ("now", nowMs) }
            .Where(a => sql.Contains("@" + a.Name, StringComparison.Ordinal) || sql.Contains($"{{set:{a.Name}", StringComparison.Ordinal)),
    ];

    /// <summary>Everything that the tables tell of the person, section by section: <c>{"orders": [{…}], …}</c>.</summary>
    public async Task<JsonObject> Tell(Subject subject, CancellationToken cancel = default)
    {
        var told = new JsonObject();
        foreach (var table in tables.Where(t => t.Fields.Count > 0))
        {
            var rows = await books.Read($"select {string.Join(", ", table.Fields.Select(f => f.Sql))} from {table.Name} where {table.Where} order by {table.OrderBy}",
                r => (JsonNode)Row(table, r), [("persons", subject.Persons), ("keys", subject.Keys)], cancel);
            told[table.Name] = new JsonArray([.. rows]);
        }
        return told;
    }

    private JsonObject Row(PersonalTable table, DbDataReader row)
    {
        var told = new JsonObject();
        for (var i = 0; i < table.Fields.Count; i++) told[table.Fields[i].Name] = row.IsDBNull(i) ? null : Value(table.Fields[i].Kind, row, i);
        return told;
    }

    private JsonNode? Value(PersonalKind kind, DbDataReader row, int column) => kind switch
    {
        PersonalKind.Text => row.GetString(column),
        PersonalKind.Number or PersonalKind.Money => row.GetInt64(column),
        PersonalKind.YesNo => row.GetInt64(column) != 0,
        PersonalKind.Instant => row.GetInt64(column) is 0 ? null : JsonValue.Create(row.GetInt64(column).ToInstant()),
        PersonalKind.Sealed => vault.Open(row.Bytes(column)) is var text && text.StartsWith('{') ? JsonNode.Parse(text) : text,
        PersonalKind.Json => JsonNode.Parse(row.GetString(column)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

public static class PersonalServices
{
    public static IServiceCollection AddPrivacy(this IServiceCollection services)
    {
        services.AddSingleton<PersonalData>();
        services.AddSingleton<InsightScrub>();
        services.AddSingleton<ISweepsTraces, PlatformTexts>();
        services.AddRetained("audit_log", new("操作记录", "Audit log"), null, "audit_log", "entry_id", "at_ms < @before");
        return services;
    }

    /// <summary>The tables in which a module has rows of persons.</summary>
    public static IServiceCollection AddPersonalTables(this IServiceCollection services, IEnumerable<PersonalTable> tables)
    {
        foreach (var table in tables) services.AddSingleton(table);
        return services;
    }
}
