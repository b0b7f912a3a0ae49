using System.Globalization;
using Danke.Contracts.Persons;
using Danke.Persons.Reading;
using Danke.Persons.Searching;
using Danke.Platform.Access;
using Danke.Platform.Exports;
using Danke.Platform.Json;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Danke.Persons.Listing;

/// <summary><c>GET /v1/persons</c>: search and list.</summary>
internal static class PersonsEndpoint
{
    /// <param name="Q">The whole of a phone number, an address, a platform's id, a card or order number, a name, or <c>#</c> and the person's number. The order is then always by last seen.</param>
    /// <param name="Program">What tier, membership and joining are about; the default program when not said.</param>
    /// <param name="Member">true: active members; false: everybody else.</param>
    /// <param name="Channel">Known on it: first seen, bought or did something there.</param>
    /// <param name="JoinedFrom">A day of the brand's zone or an instant; the others alike. The days of an end are meant whole.</param>
    /// <param name="Sort">last_seen (when not said), joined, spent, orders or points, largest first. Who never joined or bought is not in such an order.</param>
    public sealed record Query(
        string? Q, string? Program, string? Tier, bool? Member, string? Channel, string? City, string? Province,
        [FromQuery(Name = "joined_from")] string? JoinedFrom, [FromQuery(Name = "joined_to")] string? JoinedTo,
        [FromQuery(Name = "last_seen_from")] string? LastSeenFrom, [FromQuery(Name = "last_seen_to")] string? LastSeenTo, string? Sort);

    /// <summary>A person as a line of a list; names and cards are masked for callers who may not see them.</summary>
    /// <param name="Card">Of the program asked for; null for who is no member.</param>
    /// <param name="SpentMinor">What stayed of all that was paid.</param>
    public sealed record PersonLine(
        long PersonId, string? Name, IReadOnlyList<string> Channels, string? Card, string? Tier, string? TierTitle, long? PointsSpendable, long Orders,
        long SpentMinor, string? Currency, string? Province, string? City, DateTimeOffset LastSeen, DateTimeOffset? JoinedAt);

    /// <param name="Total">Null when counting would cost more than it says.</param>
    public sealed record PersonsPage(IReadOnlyList<PersonLine> Items, string? Next, long? Total);

    public static void Map(RouteGroupBuilder persons)
    {
        persons.MapGet("", Read).RequireScope(Scopes.PersonsRead).WithSummary("Persons, searched by any identifier or listed by condition.").Produces<PersonsPage>();
        persons.MapGet("/export.csv", Export).RequireScope(Scopes.PersonsRead).WithSummary("The same list as a file for a spreadsheet: all of it.").ProducesCsv();
    }

    private static async Task<IResult> Read(
        [AsParameters] Query query, string? cursor, int? limit, HttpContext context, PersonSearch search, PersonList list, PersonLines lines, IEnumerable<IPersonOrdering> orderings,
        BrandSettings brand, CancellationToken cancel)
    {
        var request = await RequestOf(query, search, orderings, brand, cancel);
        var sort = request.Ordering.Name;
        RankedPerson? after = Cursor.Read<string>(cursor, 3) is [var of, var value, var person] ? After(of, value, person, sort) : null;
        var listed = await list.Read(request with { After = after, Limit = Cursor.Limit(limit) }, cancel);
        var next = listed.Next is { } last ? Cursor.Of(sort, Text(last.Value), Text(last.PersonId)) : null;
        return Results.Ok(new PersonsPage(await lines.Of([.. listed.Persons.Select(p => p.PersonId)], request.Criteria.Program, context.MayReveal(), cancel), next, listed.Total));
    }

    private static async Task<IResult> Export(
        [AsParameters] Query query, string? lang, HttpContext context, PersonSearch search, PersonExport export, CsvExports exports, IEnumerable<IPersonOrdering> orderings,
        BrandSettings brand, CancellationToken cancel)
    {
        var request = await RequestOf(query, search, orderings, brand, cancel);
        // What was searched for is somebody's phone or name: that it was, not what.
        var conditions = query with { Q = request.Within is null ? null : "***" };
        return exports.Of(PersonExport.Table, "persons", conditions, lang, export.Pages(request, context.MayReveal(), cancel));
    }

    private static async Task<ListRequest> RequestOf(Query query, PersonSearch search, IEnumerable<IPersonOrdering> orderings, BrandSettings brand, CancellationToken cancel)
    {
        var within = string.IsNullOrWhiteSpace(query.Q) ? null : await search.Find(query.Q, cancel);
        var sort = within is not null || string.IsNullOrEmpty(query.Sort) ? LastSeenOrdering.OrderingName : query.Sort;
        if (orderings.FirstOrDefault(o => o.Name == sort) is not { } ordering)
            throw new ProblemException(StatusCodes.Status400BadRequest, "unknown_sort", $"Persons are sorted by one of {string.Join(", ", orderings.Select(o => o.Name))}.");
        return new ListRequest(ordering, CriteriaOf(query, (await brand.Current(cancel)).Zone), within, null, Cursor.DefaultLimit);
    }

    private static PersonCriteria CriteriaOf(Query query, string zone) => new()
    {
        Program = Given(query.Program) ?? PersonCriteria.DefaultProgram,
        Tier = Given(query.Tier),
        Member = query.Member,
        Channel = Given(query.Channel),
        City = Given(query.City),
        Province = Given(query.Province),
        JoinedFromMs = BrandDays.From(query.JoinedFrom, zone, "joined_from"),
        JoinedToMs = BrandDays.To(query.JoinedTo, zone, "joined_to"),
        LastSeenFromMs = BrandDays.From(query.LastSeenFrom, zone, "last_seen_from"),
        LastSeenToMs = BrandDays.To(query.LastSeenTo, zone, "last_seen_to"),
    };

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static RankedPerson After(string of, string value, string person, string sort) =>
        of == sort && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var rank)
            && long.TryParse(person, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new RankedPerson(rank, id) : throw Cursor.Bad();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
