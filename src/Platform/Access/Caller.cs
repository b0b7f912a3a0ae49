using System.Collections.Frozen;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Danke.Platform.Access;

/// <summary>What kind of party sends a request.</summary>
public enum CallerKind
{
    /// <summary>Nobody we know.</summary>
    Nobody,

    /// <summary>A person at the screens, by session cookie.</summary>
    Person,

    /// <summary>A program, by API key.</summary>
    Key,

    /// <summary>A verb on the server's own machine, by the token in the data directory.</summary>
    Cli,

    /// <summary>The server itself: a worker, a schedule.</summary>
    System,
}

/// <summary>Who sends the request and what they may do. It is the request's <c>HttpContext.User</c>.</summary>
public sealed class Caller : ClaimsPrincipal
{
    public static readonly Caller Nobody = new(CallerKind.Nobody, "nobody", []);

    /// <summary>The local verb: as much as an admin may.</summary>
    public static readonly Caller Cli = new(CallerKind.Cli, "cli", Scopes.All);

    /// <summary>What the server does of itself.</summary>
    public static readonly Caller System = new(CallerKind.System, "system", Scopes.All);

    private readonly FrozenSet<string> scopes;

    /// <param name="actor">As in the audit log: <c>user:NAME</c>, <c>key:ID</c>, <c>cli</c>.</param>
    public Caller(CallerKind kind, string actor, IEnumerable<string> scopes)
        : base(new ClaimsIdentity([new Claim(ClaimTypes.Name, actor)], kind == CallerKind.Nobody ? null : "danke"))
    {
        Kind = kind;
        Actor = actor;
        this.scopes = scopes.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>A person who was given a one-time password: may change it and do nothing else. Has no scopes meanwhile.</summary>
    public bool MustChangePassword { get; init; }

    internal long KeyId { get; init; }

    /// <summary>The session that a person's cookie named; null for everybody else.</summary>
    internal Session? Session { get; init; }

    public CallerKind Kind { get; }
    public string Actor { get; }
    public IEnumerable<string> AllScopes => scopes.Order(StringComparer.Ordinal);

    /// <summary>Whether the caller may; <see cref="Scopes.Admin"/> may everything.</summary>
    public bool Has(string scope) => scopes.Contains(scope) || scopes.Contains(Scopes.Admin);
}

public static class CallerOfRequest
{
    public static Caller Caller(this HttpContext context) => context.User as Caller ?? Access.Caller.Nobody;

    /// <summary>Whether the caller may see names and identifiers unmasked.</summary>
    public static bool MayReveal(this HttpContext context) => context.Caller().Has(Scopes.PersonsReveal);
}
