using System.Collections.Immutable;

namespace Danke.Contracts.Commands;

/// <summary>
/// One request to change a person, an order, a ledger or a coupon, as it is handed to the Door. Already parsed and
/// well-formed; whether it is <em>allowed</em> is for the stages to say.
/// </summary>
public sealed record Command
{
    /// <summary>Who says it, e.g. <c>tmall-flagship</c>. With <see cref="Id"/> it is the idempotency key, for ever.</summary>
    public required string Source { get; init; }

    /// <summary>The source's own id of this statement, e.g. <c>T1001/paid</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When it happened in the world, milliseconds since 1970 UTC.</summary>
    public required long AtMs { get; init; }

    /// <summary>The public or private channel it happened on: tmall, jd, douyin, youzan, wechat, store, site, …</summary>
    public required string Channel { get; init; }

    /// <summary>The shop, account or store within the channel; empty when the channel is only one.</summary>
    public string Shop { get; init; } = "";

    /// <summary>What the source knows of the person, strongest or weakest in any order; empty for a guest.</summary>
    public ImmutableArray<Identifier> Identifiers { get; init; } = [];

    /// <summary>The person addressed directly, by number (from a screen, a job, a journey); 0 when identifiers say who.</summary>
    public long PersonId { get; init; }

    public required CommandBody Body { get; init; }

    /// <summary>Hash of the body as received: a retry with another body is a conflict, not a duplicate.</summary>
    public long BodyHash { get; init; }

    /// <summary>The event as it was received (UTF-8 JSON), kept when the command is refused.</summary>
    public ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>What the audit log is to say when it is applied, in the same transaction; null for what nobody did by hand.</summary>
    public CommandAudit? Audit { get; init; }

    /// <summary>The idempotency key in one string. A source never contains a slash, so it is unambiguous.</summary>
    public string Key => field ??= $"{Source}/{Id}";
}

/// <summary>Who did by hand what a command says. The target is the person that it was applied to.</summary>
/// <param name="Actor"><c>user:NAME</c>, <c>key:ID</c> or <c>cli</c>.</param>
/// <param name="Action">noun.participle, e.g. <c>points.adjusted</c>.</param>
/// <param name="Detail"><c>{"before": …, "after": …}</c>; nothing personal.</param>
public sealed record CommandAudit(string Actor, string Action, string Detail);

/// <summary>A value that some system knows a person by.</summary>
/// <param name="Namespace">What kind of value: phone, email, member, tmall_ouid, wechat_unionid, …</param>
/// <param name="Scope">Within which shop, account or app the value means something; empty when everywhere.</param>
/// <param name="Value">The value as received; normalised by the identity engine before use.</param>
/// <param name="Verified">The source proved it (an SMS code, a platform's assertion), not merely typed in.</param>
public readonly record struct Identifier(string Namespace, string Scope, string Value, bool Verified = false);

/// <summary>What a command says happened or should happen. One record for each event type.</summary>
public abstract record CommandBody
{
    /// <summary>The event's type as on the wire, e.g. <c>order.paid</c>.</summary>
    public abstract string Type { get; }
}

/// <summary>A command that may name nobody: it is a guest's, or its own module says that somebody is needed.</summary>
public interface IMayNameNobody;

/// <summary>A command that the Door applies in a transaction of its own: it changes more than a batch loads.</summary>
public interface IAppliedAlone;
