using System.Diagnostics;
using Danke.Platform.Access;
using Danke.Platform.Insight;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.App.Hosting;

/// <param name="Rows">Rows written over all tables.</param>
internal sealed record InsightRebuilt(int Tables, long Rows, double Seconds);

internal static class InsightEndpoints
{
    public static void MapInsight(this IEndpointRouteBuilder v1) => v1.MapPost("/insight/rebuilds", Rebuild).RequireScope(Scopes.Admin).WithTags("System")
        .WithSummary("Make Insight anew from the Books; answers when it is done.").Produces<InsightRebuilt>();

    private static async Task<IResult> Rebuild(InsightFeeder feeder, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var last = new RebuildProgress("", 0, 0, 0, 0);
        await feeder.Rebuild(new Latest(progress => last = progress), cancel);
        return Results.Ok(new InsightRebuilt(last.Tables, last.Rows, Math.Round(clock.Elapsed.TotalSeconds, 1)));
    }

    private sealed class Latest(Action<RebuildProgress> keep) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value) => keep(value);
    }
}
