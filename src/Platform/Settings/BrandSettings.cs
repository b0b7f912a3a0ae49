using System.Text.Json;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Platform.Settings;

/// <summary>What the brand chose at the screens.</summary>
/// <param name="Brand">Its name, on screens and messages.</param>
/// <param name="Zone">IANA zone: days, months and birthdays are counted in it.</param>
/// <param name="Currency">ISO 4217 code: what amounts without one are in, and what totals are shown in.</param>
/// <param name="Languages">BCP 47, the first is the default: zh-CN, en.</param>
public sealed record Brand(string BrandName, string Zone, string Currency, string[] Languages);

/// <summary>Keeps the brand's settings in the Books; a change on another node shows within seconds.</summary>
public sealed class BrandSettings(BooksStore books, DankeSettings settings, Audit audit, TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);
    private volatile Known? known;

    private sealed record Known(Brand Brand, DateTimeOffset Until);

    public async ValueTask<Brand> Current(CancellationToken cancel = default)
    {
        if (known is { } fresh && fresh.Until > clock.GetUtcNow()) return fresh.Brand;
        var stored = await books.Read("select value from installation where name = 'brand'", r => r.GetString(0), null, cancel);
        var brand = stored.Count == 0 ? new Brand("Danke", settings.Zone, "CNY", ["zh-CN", "en"]) : JsonSerializer.Deserialize<Brand>(stored[0], DankeJson.Options)!;
        known = new Known(brand, clock.GetUtcNow() + Remembered);
        return brand;
    }

    public async Task Change(Brand brand, Caller by, CancellationToken cancel = default)
    {
        var before = await Current(cancel);
        await books.Write(async t =>
        {
            await t.Execute("insert into installation (name, value) values ('brand', @value) on conflict (name) do update set value = excluded.value",
                ("value", JsonSerializer.Serialize(brand, DankeJson.Options)));
            await audit.Record(t, by, "settings.changed", "settings", before, brand);
        }, cancel);
        known = null;
    }
}
