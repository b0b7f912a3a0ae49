using System.Globalization;
using System.Text.Json.Nodes;
using Danke.Contracts.Persons;
using Danke.Persons.Looking;
using Danke.Platform.Access;
using Danke.Platform.Json;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Persons.Timelines;

/// <summary><c>GET /v1/persons/{id}/timeline</c>: everything that happened to a person, newest first, from whatever module knows it.</summary>
internal static class TimelineEndpoint
{
    /// <param name="Id">Lasting and unique: the source and its number.</param>
    /// <param name="Kind">What <c>?kinds=</c> filters by.</param>
    /// <param name="TitleCode">What happened, for the console to put into words with <paramref name="Data"/>.</param>
    /// <param name="Reason">Why, in an English sentence; empty when the line speaks for itself.</param>
    public sealed record LineView(string Id, DateTimeOffset At, string Kind, string Channel, string TitleCode, JsonObject Data, string Reason);

    private sealed record Position(long AtMs, string Source, long Number);

    public static void Map(RouteGroupBuilder persons) =>
        persons.MapGet("/{id:long}/timeline", Read).RequireScope(Scopes.PersonsRead)
            .WithSummary($"What happened to the person, newest first. kinds: some of {string.Join(", ", TimelineKinds.All)}, separated by commas.").Produces<Page<LineView>>();

    private static async Task<IResult> Read(
        long id, string? kinds, string? cursor, int? limit, HttpContext context, IPersonDirectory directory, IEnumerable<ITimelineSource> sources, CancellationToken cancel)
    {
        var wanted = (kinds ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (wanted.Except(TimelineKinds.All).Any()) return Problem.Invalid("unknown_kind", $"A kind is one of {string.Join(", ", TimelineKinds.All)}.");
        if (await directory.Current(id, cancel) is not { } current) return PersonEndpoint.NoSuchPerson(id);

        var before = PositionOf(cursor);
        var most = Cursor.Limit(limit);
        var lines = new List<(ITimelineSource Source, TimelineItem Item)>();
        foreach (var source in sources.Where(s => wanted.Length == 0 || wanted.Contains(s.Kind)))
            lines.AddRange((await source.Read(RequestTo(source, current, before, most + 1, context.MayReveal()), cancel)).Select(item => (source, item)));
        lines.Sort(static (a, b) =>
            a.Item.AtMs != b.Item.AtMs ? b.Item.AtMs.CompareTo(a.Item.AtMs)
            : string.CompareOrdinal(a.Source.Name, b.Source.Name) is not 0 and var byName ? byName
            : b.Item.Number.CompareTo(a.Item.Number));
        var next = lines.Count > most ? CursorAfter(lines[most - 1]) : null;
        return Results.Ok(new Page<LineView>([.. lines.Take(most).Select(l => View(l.Source, l.Item))], next));
    }

    // Within an instant lines come by source: of the sources before the last line's, all of that instant was shown; of those after it, nothing.
    private static TimelineRequest RequestTo(ITimelineSource source, long personId, Position? before, int limit, bool mayReveal)
    {
        var number = before is null ? long.MaxValue : string.CompareOrdinal(source.Name, before.Source) switch
        {
            < 0 => long.MinValue,
            0 => before.Number,
            > 0 => long.MaxValue,
        };
        return new TimelineRequest(personId, before?.AtMs ?? long.MaxValue, number, limit, mayReveal);
    }

    private static Position? PositionOf(string? cursor)
    {
        if (Cursor.Read<string>(cursor, 3) is not [var at, var source, var number]) return null;
        return long.TryParse(at, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var atMs)
            && long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var last)
            ? new Position(atMs, source, last) : throw Cursor.Bad();
    }

    private static string CursorAfter((ITimelineSource Source, TimelineItem Item) line) =>
        Cursor.Of(line.Item.AtMs.ToString(CultureInfo.InvariantCulture), line.Source.Name, line.Item.Number.ToString(CultureInfo.InvariantCulture));

    private static LineView View(ITimelineSource source, TimelineItem item) => new(
        $"{source.Name}/{item.Number.ToString(CultureInfo.InvariantCulture)}", item.AtMs.ToInstant(), source.Kind, item.Channel, item.TitleCode, item.Data, item.Reason);
}
