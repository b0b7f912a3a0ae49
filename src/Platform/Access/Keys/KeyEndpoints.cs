using Danke.Platform.Books;
using Danke.Platform.Jobs;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Platform.Access.Keys;

/// <summary>The keys that values are sealed by: <c>/v1/keys</c>.</summary>
public static class KeyEndpoints
{
    /// <param name="Fingerprint">Of the first key, on which look-up, the ledger's seals and tombstones hang.</param>
    /// <param name="InUse">The number of the key that values are sealed by.</param>
    /// <param name="Everything">The number of the key that all values are sealed by; smaller while a rotation has not ended.</param>
    /// <param name="Newest">The newest key on this node.</param>
    public sealed record KeysView(string Fingerprint, int InUse, int Everything, int Newest);

    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/keys", Show).RequireScope(Scopes.Admin).WithTags("Keys").WithSummary("Which key values are sealed by. Says nothing of the keys.").Produces<KeysView>();
        v1.MapPost("/keys/rotations", Rotate).RequireScope(Scopes.Admin).WithTags("Keys")
            .WithSummary("Makes a new key to seal values by and seals all of them anew, as a job; goes on with a rotation that was broken off.").Produces<Job>(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Show(Vault vault, KeyBook keys, CancellationToken cancel)
    {
        var (inUse, everything) = await keys.Standing(cancel);
        return Results.Ok(new KeysView(vault.Fingerprint, inUse, everything, vault.NewestSeal));
    }

    private static async Task<IResult> Rotate(HttpContext context, Vault vault, KeyBook keys, BooksStore books, JobRunner jobs, CancellationToken cancel)
    {
        var running = await books.Read("select job_id from jobs where kind = @kind and state in ('waiting', 'running') order by job_id", r => r.GetInt64(0), [("kind", KeyRotation.KindName)], cancel);
        if (running is [var job, ..]) return Problem.Conflict("already_running", $"Job {job} seals everything anew already.");
        vault.Reload();
        var (inUse, everything) = await keys.Standing(cancel);
        if (everything == inUse)
        {
            // One that was put there beforehand, for all nodes to have it, is taken.
            if (vault.NewestSeal <= inUse && vault.File is null)
                return Problem.Conflict("key_in_environment", $"The key is in {Vault.EnvironmentName}: add '; seal {inUse + 1} KEY' to it on every node (KEY: openssl rand -base64 32), start them again, then ask again.");
            inUse = vault.NewestSeal > inUse ? vault.NewestSeal : vault.AddSeal();
            await keys.Use(inUse, context.Caller());
        }
        if (!vault.UseSeal(inUse)) return Problem.Conflict("key_missing", $"Key {inUse} is not on this node: copy {Vault.FileName} from the node that made it.");
        return Results.Json(await jobs.Start(KeyRotation.KindName, $"Everything sealed by key {inUse}", [], context.Caller(), cancel: cancel), statusCode: StatusCodes.Status202Accepted);
    }
}
