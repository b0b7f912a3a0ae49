using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Insight;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Platform.Audits;

public static class Audits
{
    public static IServiceCollection AddAudits(this IServiceCollection services)
    {
        foreach (var check in PlatformChecks.All) services.AddSingleton(check);
        services.AddSingleton(provider => new AuditRun(provider.GetServices<AuditCheck>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetService<InsightAudit>() is { } audit ? new AuditOfInsight(audit, provider.GetRequiredService<InsightFeeder>(), provider.GetRequiredService<TimeProvider>()) : null));
        return services;
    }

    /// <summary><c>POST /v1/audits</c>: recomputes what is stored twice and answers every check with its first differences.</summary>
    public static void MapAudits(this IEndpointRouteBuilder v1) =>
        v1.MapPost("audits", async (AuditRun run, BooksStore books, CancellationToken cancel) => Results.Ok(await run.Run(books, null, cancel)))
            .RequireScope(Scopes.SystemRead)
            .WithTags("System")
            .Produces<AuditReport>()
            .WithSummary("Recompute balances, totals and references and compare them with what is stored.");
}
