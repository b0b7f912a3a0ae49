using Danke.Platform.Books;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Platform.Access;

/// <summary>Programs' keys: <c>/v1/api-keys</c>. For administrators.</summary>
internal static class ApiKeyEndpoints
{
    public sealed record NewApiKeyBody(string Name, string[] Scopes);

    /// <param name="Key">The key itself, shown this once.</param>
    public sealed record NewApiKeyView(long ApiKeyId, string Name, string[] Scopes, string Key);

    public sealed record ApiKeyList(IReadOnlyList<ApiKey> Items, string? Next);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var keys = v1.MapGroup("/api-keys").WithTags("Access").RequireScope(Scopes.Admin);
        keys.MapGet("", List).WithSummary("All keys, newest first, without the keys themselves.").Produces<ApiKeyList>();
        keys.MapPost("", Add).WithSummary("Makes a key; it is shown in this answer and never again.").Produces<NewApiKeyView>(StatusCodes.Status201Created);
        keys.MapDelete("/{id:long}", Revoke).WithSummary("Revokes a key at once.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> List(BooksStore books) => Results.Ok(new ApiKeyList(await ApiKeys.All(books), null));

    private static async Task<IResult> Add(NewApiKeyBody body, HttpContext context, BooksStore books, Audit audit, TimeProvider clock)
    {
        if (body.Name.Trim() is not { Length: > 0 and <= 80 } name) return Problem.Invalid("bad_name", "A key has a name of 1 to 80 characters that says what it is for.");
        if (body.Scopes.Length == 0 || body.Scopes.Except(Scopes.All).Any())
            return Problem.Invalid("unknown_scope", $"A key has one or more of these scopes: {string.Join(", ", Scopes.All)}.");
        var scopes = body.Scopes.Distinct().Order(StringComparer.Ordinal).ToArray();
        var (id, key) = await books.Write(async t =>
        {
            var made = await ApiKeys.Add(t, name, scopes, context.Caller(), clock.GetUtcNow().ToUnixTimeMilliseconds());
            await audit.Record(t, context.Caller(), "api_key.created", $"api-key/{made.Id}", after: new { name, scopes });
            return made;
        });
        return Results.Created($"/v1/api-keys/{id}", new NewApiKeyView(id, name, scopes, key));
    }

    private static async Task<IResult> Revoke(long id, HttpContext context, BooksStore books, Credentials credentials, Audit audit, TimeProvider clock)
    {
        var revoked = await books.Write(async t =>
        {
            if (!await ApiKeys.Revoke(t, id, clock.GetUtcNow().ToUnixTimeMilliseconds())) return false;
            await audit.Record(t, context.Caller(), "api_key.revoked", $"api-key/{id}");
            return true;
        });
        credentials.Forget();
        return revoked ? Results.NoContent() : Problem.NotFound("no_such_api_key", $"There is no key {id} that is still good.");
    }
}
