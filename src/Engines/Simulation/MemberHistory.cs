using System.Collections.Immutable;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;
using Danke.Engines.Tiers;

namespace Danke.Engines.Simulation;

/// <summary>
/// What happened to one person, as it is known today and without what any program made of it: the input of a replay. Instants in milliseconds since 1970 UTC.
/// </summary>
public sealed record MemberHistory
{
    public required long PersonId { get; init; }

    /// <summary>Null: never joined. A program that enrols buyers makes a member of them all the same.</summary>
    public long? JoinedAtMs { get; init; }
    public long? LeftAtMs { get; init; }

    /// <summary>1 to 12; 0 when unknown.</summary>
    public int BirthMonth { get; init; }

    /// <summary>All of the person's orders, also those from before joining.</summary>
    public ImmutableArray<PastOrder> Orders { get; init; } = [];
    public ImmutableArray<PastDeed> Deeds { get; init; } = [];
    public ImmutableArray<PastSpending> Spendings { get; init; } = [];
    public ImmutableArray<PastGift> Gifts { get; init; } = [];

    /// <summary>Tiers given by hand or for another program's; bought ones follow from orders.</summary>
    public ImmutableArray<TierGrant> Grants { get; init; } = [];
}

/// <summary>An order with the instants of its steps and what came back of it. <see cref="Bought"/> says nothing of refunds.</summary>
/// <param name="Key">Its channel, shop and number, as spendings name it.</param>
/// <param name="IsSale">Goods against money; corrections earn nothing.</param>
public sealed record PastOrder(
    long OrderId, long Via, string Key, bool IsSale, Purchase Bought, long? PlacedAtMs, long? PaidAtMs, long? ShippedAtMs, long? CompletedAtMs, long? ClosedAtMs, ImmutableArray<PastRefund> Refunds);

public readonly record struct PastRefund(long AtMs, long AmountMinor, ImmutableArray<ReturnedLine> Lines);

/// <summary>Something done that is no order.</summary>
public readonly record struct PastDeed(long Id, long Via, Deed Deed);

/// <summary>Points that were spent.</summary>
/// <param name="Ledger">The program, or <c>program:type</c>: of which type they were.</param>
/// <param name="Order">The key of the order that they paid for: its refunds bring points back; null for none.</param>
public readonly record struct PastSpending(string Ledger, long Id, long Via, long AtMs, long Points, string? Order);

/// <summary>Points that came or went otherwise: by hand, from or to somebody else. They are replayed as they were.</summary>
/// <param name="Ledger">As of <see cref="PastSpending"/>.</param>
/// <param name="Points">Negative: taken.</param>
public readonly record struct PastGift(string Ledger, long Id, long Via, long AtMs, long Points, long? ExpiresAtMs);
