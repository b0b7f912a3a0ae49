using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Insight;
using Danke.Platform.Json;
using Danke.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.App.Hosting;

/// <summary>How the system is doing: <c>GET /v1/status</c>, one object a part. Modules add theirs as <see cref="StatusPart"/>.</summary>
internal static class StatusEndpoints
{
    private sealed record BooksStatus(Dialect Kind, string Label);

    /// <param name="MemoryBytes">Resident.</param>
    /// <param name="ManagedBytes">Of these, the managed heap in use.</param>
    private sealed record ProcessStatus(long MemoryBytes, long ManagedBytes, double UptimeS, string Version, int Threads);

    public static void MapStatus(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/status", Show).RequireScope(Scopes.SystemRead).WithTags("System").WithSummary("Books, Insight, Door and process at this moment.").Produces<JsonObject>();

    private static IResult Show(BooksStore books, DoorStatistics door, InsightFeeder insight, IEnumerable<StatusPart> parts, TimeProvider clock)
    {
        var status = new JsonObject
        {
            ["books"] = Node(new BooksStatus(books.Dialect, books.Label)),
            ["insight"] = Node(insight.Status),
            ["door"] = Node(door.Snapshot()),
            ["process"] = Node(OfProcess(clock)),
        };
        foreach (var part in parts) status[part.Name] = Node(part.Read());
        return Results.Ok(status);
    }

    private static JsonNode? Node(object value) => JsonSerializer.SerializeToNode(value, value.GetType(), DankeJson.Options);

    private static ProcessStatus OfProcess(TimeProvider clock)
    {
        using var process = Process.GetCurrentProcess();
        return new ProcessStatus(process.WorkingSet64, GC.GetTotalMemory(false),
            Math.Round((clock.GetUtcNow() - new DateTimeOffset(process.StartTime.ToUniversalTime(), TimeSpan.Zero)).TotalSeconds, 1),
            typeof(StatusEndpoints).Assembly.GetName().Version?.ToString(3) ?? "", process.Threads.Count);
    }
}
