using Danke.Contracts.Events;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Platform.Settings;

/// <summary>What becomes of events that are dated in the future.</summary>
public sealed class EventTimes(BooksStore books, Audit audit, TimeProvider clock)
{
    private readonly StoredSetting<FutureTimes> setting = new("event_times", "settings/event-times", FutureTimes.Default, books, audit, clock);

    public ValueTask<FutureTimes> Current(CancellationToken cancel = default) => setting.Current(cancel);

    public Task Change(FutureTimes future, Caller by, CancellationToken cancel = default) => setting.Change(future, by, cancel);
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
