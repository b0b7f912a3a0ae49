using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Platform.Settings;

/// <summary>What the brand chose at the screens.</summary>
/// <param name="Brand">Its name, on screens and messages.</param>
/// <param name="Zone">IANA zone: days, months and birthdays are counted in it.</param>
/// <param name="Currency">ISO 4217 code: what amounts without one are in, and what totals are shown in.</param>
/// <param name="Languages">BCP 47, the first is the default: zh-CN, en.</param>
public sealed record Brand(string BrandName, string Zone, string Currency, string[] Languages);

/// <summary>The brand's settings.</summary>
public sealed class BrandSettings(BooksStore books, DankeSettings settings, Audit audit, TimeProvider clock)
{
    private readonly StoredSetting<Brand> setting = new("brand", "settings", new Brand("Danke", settings.Zone, "CNY", ["zh-CN", "en"]), books, audit, clock);

    public ValueTask<Brand> Current(CancellationToken cancel = default) => setting.Current(cancel);

    public Task Change(Brand brand, Caller by, CancellationToken cancel = default) => setting.Change(brand, by, cancel);
}
