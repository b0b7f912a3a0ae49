using System.Text.RegularExpressions;
using Danke.Contracts.Events;
using Danke.Platform.Access;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Danke.Platform.Settings;

/// <summary>The brand's settings: <c>/v1/settings</c>. Everybody who is signed in reads them; administrators change them.</summary>
public static partial class SettingsEndpoints
{
    [GeneratedRegex(@"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\z")]
    private static partial Regex Language();

    public static void MapSettings(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/settings", async (BrandSettings brand, CancellationToken cancel) => Results.Ok(await brand.Current(cancel)))
            .RequireAuthorization(Policies.SignedIn).WithTags("System").WithSummary("The brand's name, zone, currency and languages.").Produces<Brand>();
        v1.MapPut("/settings", Change).RequireScope(Scopes.Admin).WithTags("System").WithSummary("Changes the brand's settings.").Produces<Brand>();
    }

    private static async Task<IResult> Change(Brand body, HttpContext context, BrandSettings brand, CancellationToken cancel)
    {
        if (Objection(body) is { } objection) return objection;
        await brand.Change(body, context.Caller(), cancel);
        return Results.Ok(body);
    }

    private static IResult? Objection(Brand body) => body switch
    {
        { BrandName.Length: 0 or > 80 } => Problem.Invalid("bad_brand_name", "A brand's name has 1 to 80 characters."),
        _ when body.BrandName.Any(char.IsControl) => Problem.Invalid("bad_brand_name", "A brand's name is one line of text."),
        _ when DateTimeZoneProviders.Tzdb.GetZoneOrNull(body.Zone) is null =>
            Problem.Invalid("unknown_zone", "A zone is an IANA name such as Asia/Shanghai."),
        _ when !Currencies.IsKnown(body.Currency) => Problem.Invalid("unknown_currency", "A currency is an ISO 4217 code such as CNY."),
        { Languages.Length: 0 or > 20 } => Problem.Invalid("bad_languages", "There is at least one language, and at most 20."),
        _ when body.Languages.Any(l => l is null || !Language().IsMatch(l)) => Problem.Invalid("bad_languages", "Languages are BCP 47 names such as zh-CN and en."),
        _ => null,
    };
}
