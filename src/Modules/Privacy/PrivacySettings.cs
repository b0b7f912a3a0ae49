using System.Text.Json;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Privacy;

/// <summary>How requests are handled.</summary>
/// <param name="DueDays">Within how many days a request is to be answered.</param>
/// <param name="DocumentDays">For how many days an export can be fetched.</param>
public sealed record PrivacyRules(int DueDays = 15, int DocumentDays = 7);

/// <summary>Keeps the rules in the Books.</summary>
internal sealed class PrivacySettings(BooksStore books, Audit audit)
{
    public async Task<PrivacyRules> Current(CancellationToken cancel = default) =>
        await books.Read("select value from installation where name = 'privacy'", r => r.GetString(0), null, cancel) is [var known]
            ? JsonSerializer.Deserialize<PrivacyRules>(known, DankeJson.Options)! : new PrivacyRules();

    public async Task Change(PrivacyRules rules, Caller by)
    {
        var before = await Current();
        await books.Write(async t =>
        {
            await t.Execute("insert into installation (name, value) values ('privacy', @value) on conflict (name) do update set value = excluded.value", ("value", JsonSerializer.Serialize(rules, DankeJson.Options)));
            await audit.Record(t, by, "settings.changed", "settings/privacy", before, rules);
        });
    }
}
