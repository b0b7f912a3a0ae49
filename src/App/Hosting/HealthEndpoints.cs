using Danke.Platform.Books;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Danke.App.Hosting;

/// <summary>For load balancers and supervisors, without credentials: is it alive, and should it get requests.</summary>
internal static class HealthEndpoints
{
    /// <summary>Books that do not answer a trivial question within this cannot serve a request either.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private sealed record Health(string Status);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => Results.Ok(new Health("live"))).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/health/ready", Ready).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> Ready(BooksStore books, IHostApplicationLifetime lifetime, ILogger<BooksStore> log, CancellationToken cancel)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested) return NotReady("The server is stopping.");
        try
        {
            await books.Read("select 1", r => r.GetInt32(0), null, cancel).WaitAsync(Patience, cancel);
            return Results.Ok(new Health("ready"));
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            log.LogWarning("The Books do not answer: {Error}", error.Message);
            return NotReady("The Books do not answer.");
        }
    }

    private static IResult NotReady(string why) => Problem.Of(StatusCodes.Status503ServiceUnavailable, "not_ready", why);
}
