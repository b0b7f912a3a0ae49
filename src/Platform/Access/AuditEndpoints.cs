using Danke.Platform.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Platform.Access;

/// <summary>Who changed what: <c>GET /v1/audit-log</c>, newest first. For administrators.</summary>
internal static class AuditEndpoints
{
    /// <param name="Items">All that the log can tell, as noun.participle.</param>
    public sealed record AuditActionList(IReadOnlyList<string> Items);

    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/audit-log", Read).RequireScope(Scopes.Admin).WithTags("Access").WithSummary("Changes, newest first, of everybody or of one actor or action.")
            .Produces<Page<AuditEntry>>();
        v1.MapGet("/audit-log/actions", Actions).RequireScope(Scopes.Admin).WithTags("Access").WithSummary("What changes the log can tell of: what its action can be.")
            .Produces<AuditActionList>();
    }

    private static IResult Actions() => Results.Ok(new AuditActionList([.. AuditActions.All.Order(StringComparer.Ordinal)]));

    private static async Task<IResult> Read(Audit audit, string? actor, string? action, string? cursor, int? limit, CancellationToken cancel)
    {
        var most = Cursor.Limit(limit);
        var entries = await audit.Read(actor, action, Cursor.Before(cursor), most + 1, cancel);
        return Results.Ok(Page<AuditEntry>.Of(entries, most, e => [e.EntryId]));
    }
}
