using System.Text.Json;
using Danke.Contracts.Events;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Platform.Settings;

/// <summary>Keeps in the Books what becomes of events that are dated in the future; a change on another node is followed within seconds.</summary>
public sealed class EventTimes(BooksStore books, Audit audit, TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);
    private volatile Known? known;

    private sealed record Known(FutureTimes Future, DateTimeOffset Until);

    public async ValueTask<FutureTimes> Current(CancellationToken cancel = default)
    {
        if (known is { } fresh && fresh.Until > clock.GetUtcNow()) return fresh.Future;
        var stored = await books.Read("select value from installation where name = 'event_times'", r => r.GetString(0), null, cancel);
        var future = stored.Count == 0 ? FutureTimes.Default : JsonSerializer.Deserialize<FutureTimes>(stored[0], DankeJson.Options)!;
        known = new Known(future, clock.GetUtcNow() + Remembered);
        return future;
    }

    public async Task Change(FutureTimes future, Caller by, CancellationToken cancel = default)
    {
        var before = await Current(cancel);
        await books.Write(async t =>
        {
            await t.Execute("insert into installation (name, value) values ('event_times', @value) on conflict (name) do update set value = excluded.value",
                ("value", JsonSerializer.Serialize(future, DankeJson.Options)));
            await audit.Record(t, by, "settings.changed", "event_times", before, future);
        }, cancel);
        known = null;
    }
}

/// <summary><c>/v1/settings/event-times</c>. Who may see what comes in reads it; administrators change it.</summary>
public static class EventTimesEndpoints
{
    /// <param name="FutureHours">So many hours ahead of the server an event is taken as it is.</param>
    /// <param name="Later">What becomes of later ones. refuse: they are kept as dead letters. clamp: they are taken, with the instant at which they came.</param>
    public sealed record EventTimesBody(int FutureHours, string Later);

    public static void MapEventTimes(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/settings/event-times", async (EventTimes times, CancellationToken cancel) => Results.Ok(View(await times.Current(cancel))))
            .RequireScope(Scopes.IntakeRead).WithTags("System").WithSummary("What becomes of events that are dated in the future.").Produces<EventTimesBody>();
        v1.MapPut("/settings/event-times", Change).RequireScope(Scopes.Admin).WithTags("System").WithSummary("Changes what becomes of events that are dated in the future.").Produces<EventTimesBody>();
    }

    private static async Task<IResult> Change(EventTimesBody body, HttpContext context, EventTimes times, CancellationToken cancel)
    {
        if (body.FutureHours is < 0 or > FutureTimes.MostHours) return Problem.Invalid("field_invalid", $"future_hours is 0 to {FutureTimes.MostHours}.");
        if (body.Later is not ("refuse" or "clamp")) return Problem.Invalid("bad_choice", "later is one of refuse, clamp.");
        await times.Change(new FutureTimes(body.FutureHours, body.Later == "clamp"), context.Caller(), cancel);
        return Results.Ok(body);
    }

    private static EventTimesBody View(FutureTimes future) => new(future.Hours, future.Clamps ? "clamp" : "refuse");
}
