using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Danke.Contracts.Events;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Danke.Intake.Events;

/// <summary>Events by HTTP: sending them, their schema, and looking at what arrives.</summary>
internal static class EventsEndpoints
{

    internal sealed record SourceItem(string Source, string Channel, long Events, DateTimeOffset LastAt, long Rejected);

    internal sealed record RecentItem(
        long Number, DateTimeOffset At, string Source, string Id, string Type, string Channel, string Status, string? Code, string? Detail, long? PersonId, string Body);


    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapPost("/events", (HttpContext context, [FromServices] PostEvents endpoint) => endpoint.Handle(context))
            .RequireScope(Scopes.EventsWrite).WithName("SendEvents").WithTags("intake").WithSummary("Send one event, an array, or NDJSON")
            .WithDescription("application/json with one event or an array, application/x-ndjson for a stream; gzip allowed. Answers one result per event.")
            .Accepts<JsonElement>("application/json", "application/x-ndjson").Produces<JsonElement>()
            .ProducesProblem(400).ProducesProblem(408).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422).ProducesProblem(503);
        v1.MapGet("/events/schema", () => Results.Bytes(EventSchema.Json, "application/schema+json"))
            .RequireScope(Scopes.IntakeRead).WithName("GetEventSchema").WithTags("intake").WithSummary("The JSON Schema of an event").Produces<object>(StatusCodes.Status200OK, "application/schema+json");
        v1.MapGet("/events/recent", (HttpContext context, string? source, [FromServices] RecentEvents recent) =>
                new Page<RecentItem>([.. recent.List(source).Select(e => Shown(e, context))], null))
            .RequireScope(Scopes.IntakeRead).WithName("ListRecentEvents").WithTags("intake").WithSummary("The last events with their answers");
        v1.MapGet("/events/stream", (HttpContext context, string? source, [FromServices] RecentEvents recent, [FromServices] IHostApplicationLifetime life) =>
                TypedResults.ServerSentEvents(Live(context, source, recent, life)))
            .RequireScope(Scopes.IntakeRead).WithName("WatchEvents").WithTags("intake").WithSummary("Events as they arrive (server-sent events)").ExcludeFromDescription();
        v1.MapGet("/sources", Sources)
            .RequireScope(Scopes.IntakeRead).WithName("ListSources").WithTags("intake").WithSummary("Who sends what, and when last");
    }

    private static async IAsyncEnumerable<SseItem<RecentItem>> Live(
        HttpContext context, string? source, RecentEvents recent, IHostApplicationLifetime life, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, context.RequestAborted, life.ApplicationStopping);
        await using var watching = recent.Watch(ending.Token).GetAsyncEnumerator(ending.Token);
        var next = watching.MoveNextAsync();
        // The answer begins when watching has, not with the first event: who is answered misses nothing.
        await context.Response.Body.FlushAsync(ending.Token);
        for (; await next; next = watching.MoveNextAsync())
            if (watching.Current is var one && (source is null || one.Source == source)) yield return new SseItem<RecentItem>(Shown(one, context), "event") { EventId = one.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) };
    }

    private static RecentItem Shown(RecentEvent e, HttpContext context) => new(
        e.Number, DateTimeOffset.FromUnixTimeMilliseconds(e.AtMs), e.Source, context.MayReveal() ? e.Id : EventMasking.MaskId(e.Id), e.Type, e.Channel, e.Status, e.Code, e.Detail,
        e.PersonId == 0 ? null : e.PersonId, context.MayReveal() ? e.Body : EventMasking.Mask(e.Body));

    private static async Task<Page<SourceItem>> Sources([FromServices] BooksStore books, [FromServices] SourceCounts counts, CancellationToken cancel)
    {
        await counts.Flush();
        var items = await books.Read("select source, channel, events, last_at_ms, rejected from sources order by last_at_ms desc, source, channel limit 1000",
            r => new SourceItem(r.GetString(0), r.GetString(1), r.GetInt64(2), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(3)), r.GetInt64(4)), cancel: cancel);
        return new Page<SourceItem>(items, null);
    }
}
