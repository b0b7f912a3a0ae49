using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Contracts.Touch;
using Danke.Journeys.Travelling;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Journeys.Listing;

/// <summary><c>/v1/journeys</c>: how many are where, who, and taking somebody out.</summary>
internal static class JourneyEndpoints
{
    /// <summary>A journey in force, or one that still has somebody in it or had.</summary>
    /// <param name="Version">In force; null when none is.</param>
    /// <param name="Skipped">Messages that were not sent, each with its reason in <c>/v1/messages</c>.</param>
    public sealed record JourneyView(string Name, string Title, long? Version, long Waiting, long Ended, long Sent, long Skipped, long Queued);

    public sealed record JourneyList(IReadOnlyList<JourneyView> Items, string? Next);

    /// <param name="PersonName">Masked for callers who may not see names; null when not known.</param>
    /// <param name="EndReason">completed, merged, by_hand; null while waiting.</param>
    public sealed record EntryView(
        long EntryId, long PersonId, string? PersonName, long Version, string State, string Node, DateTimeOffset? DueAt, DateTimeOffset EnteredAt, DateTimeOffset? EndedAt, string? EndReason);

    public static void MapJourneys(this IEndpointRouteBuilder v1)
    {
        var journeys = v1.MapGroup("/journeys").WithTags("Journeys");
        journeys.MapGet("", List).RequireScope(Scopes.JourneysRead).WithSummary("Every journey with how many are in it and what was sent.").Produces<JourneyList>();
        journeys.MapGet("/{name}/entries", Entries).RequireScope(Scopes.JourneysRead)
            .WithSummary("Who is or was in a journey, newest entry first; ?state=waiting|ended.").Produces<Page<EntryView>>();
        journeys.MapPost("/{name}/entries/{id:long}/end", End).RequireScope(Scopes.JourneysWrite).WithSummary("Takes an entry out of its journey.").Produces<EntryView>();
    }

    private static async Task<IResult> List(BooksStore books, DefinitionStore definitions, IMessageCounts messages, CancellationToken cancel)
    {
        var live = (await definitions.AllLive("journey", cancel)).ToDictionary(d => d.Name);
        var entries = (await books.Read("select journey, state, count(*) from journey_entries group by journey, state",
            r => (Journey: r.GetString(0), State: r.GetString(1), Count: r.GetInt64(2)), cancel: cancel)).ToDictionary(e => (e.Journey, e.State), e => e.Count);
        var sent = (await messages.ByJourney(cancel)).ToDictionary(m => (m.Journey, m.State), m => m.Messages);
        var names = live.Keys.Concat(entries.Keys.Select(k => k.Journey)).Distinct().Order(StringComparer.Ordinal);
        return Results.Ok(new JourneyList([.. names.Select(name => new JourneyView(name, live.GetValueOrDefault(name)?.Title ?? name, live.GetValueOrDefault(name)?.Version,
            entries.GetValueOrDefault((name, "waiting")), entries.GetValueOrDefault((name, "ended")), sent.GetValueOrDefault((name, "sent")),
            sent.GetValueOrDefault((name, "skipped")), sent.GetValueOrDefault((name, "queued")) + sent.GetValueOrDefault((name, "sending"))))], null));
    }

    private static async Task<IResult> Entries(string name, string? state, string? cursor, int? limit, BooksStore books, IEnumerable<IPersonFacet<PersonLabel>> labels, HttpContext context, CancellationToken cancel)
    {
        if (state is not (null or "waiting" or "ended")) return Problem.Invalid("bad_state", "The state is waiting or ended.");
        var most = Cursor.Limit(limit);
        var rows = await books.Read(EntryRow.Select + """
             where journey = @journey and state in ('waiting', 'ended') and (@state = '' or state = @state) and entry_id < @before order by entry_id desc limit @limit
            """, EntryRow.Read, [("journey", name), ("state", state ?? ""), ("before", Cursor.Before(cursor)), ("limit", most + 1L)], cancel);
        var names = await labels.For(context, rows.Select(r => r.PersonId), cancel);
        return Results.Ok(Page<EntryView>.Of([.. rows.Select(r => View(r, names))], most, e => [e.EntryId]));
    }

    private static async Task<IResult> End(
        string name, long id, BooksStore books, IDoor door, Audit audit, TimeProvider clock, IEnumerable<IPersonFacet<PersonLabel>> labels, HttpContext context, CancellationToken cancel)
    {
        if (await Find(books, name, id, cancel) is not { } entry) return Problem.NotFound("no_such_entry", $"There is no entry {id} in journey '{name}'.");
        var answer = await door.Submit(EndJourneyEntry.For(id, entry.PersonId, clock.GetUtcNow().ToUnixTimeMilliseconds()), cancel);
        if (answer.Status is AnswerStatus.Declined or AnswerStatus.Rejected) return Problem.Conflict(answer.Code!, answer.Detail!);
        if (answer.Status == AnswerStatus.Applied) await audit.Record(context.Caller(), "journey_entry.ended", $"journey/{name}/entry/{id}");
        var ended = (await Find(books, name, id, cancel))!;
        return Results.Ok(View(ended, await labels.For(context, [ended.PersonId], cancel)));
    }

    private static async Task<EntryRow?> Find(BooksStore books, string name, long id, CancellationToken cancel) =>
        (await books.Read(EntryRow.Select + " where entry_id = @id and journey = @journey", EntryRow.Read, [("id", id), ("journey", name)], cancel)).FirstOrDefault();

    private static EntryView View(EntryRow row, IReadOnlyDictionary<long, string> names) => new(
        row.EntryId, row.PersonId, names.GetValueOrDefault(row.PersonId), row.Version, row.State, row.Node, At(row.DueAtMs), At(row.EnteredAtMs)!.Value, At(row.EndedAtMs), row.EndReason);

    private static DateTimeOffset? At(long? ms) => ms is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
