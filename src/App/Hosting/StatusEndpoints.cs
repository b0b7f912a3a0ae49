using System.Diagnostics;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Insight;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.App.Hosting;

/// <summary>How the system is doing: <c>GET /v1/status</c>, one object a part.</summary>
internal static class StatusEndpoints
{
    private sealed record BooksStatus(Dialect Kind, string Label);

    /// <param name="MemoryBytes">Resident.</param>
    /// <param name="ManagedBytes">Of these, the managed heap in use.</param>
    private sealed record ProcessStatus(long MemoryBytes, long ManagedBytes, double UptimeS, string Version, int Threads);

    private sealed record StatusView(BooksStatus Books, InsightStatus Insight, DoorSnapshot Door, ProcessStatus Process);

    public static void MapStatus(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/status", (BooksStore books, DoorStatistics door, InsightFeeder insight, TimeProvider clock) =>
                TypedResults.Ok(new StatusView(new BooksStatus(books.Dialect, books.Label), insight.Status, door.Snapshot(), OfProcess(clock))))
            .RequireScope(Scopes.SystemRead).WithTags("System").WithSummary("Books, Insight, Door and process at this moment.");

    private static ProcessStatus OfProcess(TimeProvider clock)
    {
        using var process = Process.GetCurrentProcess();
        return new ProcessStatus(process.WorkingSet64, GC.GetTotalMemory(false),
            Math.Round((clock.GetUtcNow() - new DateTimeOffset(process.StartTime.ToUniversalTime(), TimeSpan.Zero)).TotalSeconds, 1),
            typeof(StatusEndpoints).Assembly.GetName().Version?.ToString(3) ?? "", process.Threads.Count);
    }
}
