using System.Net.Mime;
using Danke.Platform.Access;
using Danke.Platform.Problems;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Danke.Platform.Exports;

/// <summary>
/// Lists as files for a spreadsheet: <c>GET …/export.csv</c> beside a list, with the list's own conditions, scope and masking. Streamed,
/// so that a list of any length takes a page of memory; who took what is in the audit log, whole or broken off.
/// </summary>
public sealed class CsvExports(Audit audit, BrandSettings brand, TimeProvider clock)
{
    /// <summary>So many rows are read, written and forgotten together.</summary>
    public const int RowsAtOnce = 500;

    /// <param name="target">What was taken, as in the audit log: <c>persons</c>, <c>person/17</c>.</param>
    /// <param name="conditions">What the list was narrowed to, without personal data.</param>
    /// <param name="lang">zh, en, or null for stable names.</param>
    /// <exception cref="ProblemException">400 <c>unknown_language</c>.</exception>
    public IResult Of<T>(CsvTable<T> table, string target, object conditions, string? lang, IAsyncEnumerable<IReadOnlyList<T>> pages) =>
        new Export<T>(this, table, target, conditions, LanguageOf(lang), pages);

    private static CsvLanguage LanguageOf(string? lang) => lang switch
    {
        null or "" => CsvLanguage.Names,
        "zh" or "zh-CN" => CsvLanguage.Zh,
        "en" => CsvLanguage.En,
        _ => throw new ProblemException(StatusCodes.Status400BadRequest, "unknown_language", "Headings are in zh or en, or the API's names when 'lang' is left out."),
    };

    private sealed record Export<T>(CsvExports Exports, CsvTable<T> Table, string Target, object Conditions, CsvLanguage Language, IAsyncEnumerable<IReadOnlyList<T>> Pages) : IResult
    {
        public Task ExecuteAsync(HttpContext context) => Exports.Send(context, this);
    }

    private async Task Send<T>(HttpContext context, Export<T> export)
    {
        var cancel = context.RequestAborted;
        var zone = DateTimeZoneProviders.Tzdb[(await brand.Current(cancel)).Zone];
        await using var pages = export.Pages.GetAsyncEnumerator(cancel);
        // What cannot be read at all is said as a problem, which is possible only before the first byte.
        var hasFirst = await pages.MoveNextAsync();
        Begin(context.Response, $"{export.Table.Name}-{Instant.FromDateTimeOffset(clock.GetUtcNow()).InZone(zone).Date:uuuu-MM-dd}.csv");
        var (rows, complete) = (0L, false);
        try
        {
            await export.Table.Write(context.Response.Body, export.Language, zone, pages, hasFirst, wrote => rows = wrote, cancel);
            complete = true;
        }
        finally
        {
            await audit.Record(context.Caller(), export.Table.Name + ".exported", export.Target, after: new { export.Conditions, rows, complete, revealed = context.MayReveal() });
        }
    }

    private static void Begin(HttpResponse response, string fileName)
    {
        response.ContentType = "text/csv; charset=utf-8; header=present";
        response.Headers.ContentDisposition = new ContentDisposition { FileName = fileName }.ToString();
    }
}

public static class CsvEndpoint
{
    /// <summary>Bounds how often a caller takes whole lists, and describes the answer.</summary>
    public static RouteHandlerBuilder ProducesCsv(this RouteHandlerBuilder endpoint) =>
        endpoint.RequireRateLimiting(RateLimiting.Export).Produces<string>(StatusCodes.Status200OK, "text/csv");

    public static IServiceCollection AddExports(this IServiceCollection services) => services.AddSingleton<CsvExports>();
}
