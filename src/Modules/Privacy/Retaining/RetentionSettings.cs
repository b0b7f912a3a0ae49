using System.Text.Json;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;
using Danke.Platform.Privacy;

namespace Danke.Privacy.Retaining;

/// <summary>For how many days each kind of thing is kept.</summary>
internal sealed class RetentionSettings(BooksStore books, Audit audit, IEnumerable<IRetained> kinds)
{
    private const string Key = "retention";

    public IReadOnlyList<IRetained> Kinds { get; } = [.. kinds.OrderBy(k => k.Name, StringComparer.Ordinal)];

    /// <summary>By name; null: kept for ever.</summary>
    public async Task<IReadOnlyDictionary<string, int?>> Days(CancellationToken cancel = default)
    {
        var set = await Set(cancel);
        return Kinds.ToDictionary(k => k.Name, k => set.TryGetValue(k.Name, out var days) ? days : k.DefaultDays);
    }

    private async Task<Dictionary<string, int?>> Set(CancellationToken cancel) =>
        await books.Read("select value from installation where name = @name", r => r.GetString(0), [("name", Key)], cancel) is [var known]
            ? JsonSerializer.Deserialize<Dictionary<string, int?>>(known, DankeJson.Options)! : [];

    /// <summary>Those that are not named stay as they are.</summary>
    public async Task Change(IReadOnlyDictionary<string, int?> days, Caller by, CancellationToken cancel)
    {
        var before = await Days(cancel);
        var set = await Set(cancel);
        foreach (var (name, value) in days) set[name] = value;
        await books.Write(async t =>
        {
            await t.Execute("insert into installation (name, value) values (@name, @value) on conflict (name) do update set value = excluded.value",
                ("name", Key), ("value", JsonSerializer.Serialize(set, DankeJson.Options)));
            await audit.Record(t, by, "settings.changed", "settings/retention", days.Keys.ToDictionary(k => k, k => before[k]), days);
        }, cancel);
    }
}
