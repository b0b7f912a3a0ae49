using System.Text.Json;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Platform.Settings;

/// <summary>Something that people choose at the screens, kept in the Books and in the audit log; a change on another node is followed within seconds.</summary>
/// <param name="name">Of the row in the Books.</param>
/// <param name="target">What the audit log calls it.</param>
/// <param name="unset">What holds before anybody has chosen.</param>
public sealed class StoredSetting<T>(string name, string target, T unset, BooksStore books, Audit audit, TimeProvider clock) where T : class
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);
    private volatile Known? known;

    private sealed record Known(T Value, DateTimeOffset Until);

    public async ValueTask<T> Current(CancellationToken cancel = default)
    {
        if (known is { } fresh && fresh.Until > clock.GetUtcNow()) return fresh.Value;
        var stored = await books.Read("select value from installation where name = @name", r => r.GetString(0), [("name", name)], cancel);
        var value = stored is [var text] ? JsonSerializer.Deserialize<T>(text, DankeJson.Options)! : unset;
        known = new Known(value, clock.GetUtcNow() + Remembered);
        return value;
    }

    public async Task Change(T value, Caller by, CancellationToken cancel = default)
    {
        var before = await Current(cancel);
        await books.Write(async t =>
        {
            await t.Execute("insert into installation (name, value) values (@name, @value) on conflict (name) do update set value = excluded.value",
                ("name", name), ("value", JsonSerializer.Serialize(value, DankeJson.Options)));
            await audit.Record(t, by, "settings.changed", target, before, value);
        }, cancel);
        known = null;
    }
}
