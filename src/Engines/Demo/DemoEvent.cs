using System.Collections.Immutable;

namespace Danke.Engines.Demo;

/// <summary>Something that happened at the demo brand, as one of its channels reports it.</summary>
public sealed record DemoEvent
{
    /// <summary>Who it really was, by the generator's own count; -1 for a guest. Never leaves the generator: it is the truth to compare with.</summary>
    public required long Person { get; init; }

    /// <summary>When it happened, milliseconds since 1970 UTC.</summary>
    public required long AtMs { get; init; }

    /// <summary>When the report arrives; later than <see cref="AtMs"/> for the few that are late or sent again.</summary>
    public required long ArrivesMs { get; init; }
    public required string Source { get; init; }
    public required string Id { get; init; }
    public required string Channel { get; init; }
    public string Shop { get; init; } = "";
    public ImmutableArray<DemoIdentifier> Identifiers { get; init; } = [];
    public required DemoFact Fact { get; init; }

    /// <summary>Breaks ties between events that arrive in the same millisecond: the order of generation.</summary>
    internal long Turn { get; init; }
}

/// <summary>A value that a channel knows a person by. See the event envelope for the namespaces.</summary>
public readonly record struct DemoIdentifier(string Namespace, string Scope, string Value, bool Verified = false);

/// <summary>What happened.</summary>
public abstract record DemoFact
{
    public sealed record OrderStepped(DemoStep Step, DemoOrder Order) : DemoFact
    {
        /// <summary>Later steps name the order only, as the platforms' messages do.</summary>
        public bool TellsContent => Step is DemoStep.Placed or DemoStep.Paid;
        public bool TellsPayments => Step is DemoStep.Paid;
    }

    public sealed record Refunded(string Refund, string Order, long AmountMinor, ImmutableArray<DemoLine> Lines, string Reason) : DemoFact;
    public sealed record Joined(string Card, DemoProfile Profile) : DemoFact;
    public sealed record ProfileTold(DemoProfile Profile) : DemoFact;
    public sealed record Left(string Reason) : DemoFact;
    public sealed record Interacted(string Kind, ImmutableSortedDictionary<string, string> Properties) : DemoFact;

    /// <param name="Via">sms or email.</param>
    public sealed record Consented(string Via, string Point, bool Granted, string Evidence) : DemoFact;
    public sealed record PointsAdjusted(long Points, string Reason) : DemoFact;

    /// <param name="Points">Spent, at least 1.</param>
    public sealed record PointsRedeemed(long Points, string Reason) : DemoFact;
}

public enum DemoStep { Placed, Paid, Shipped, Completed, Closed }

/// <summary>What was ordered; amounts in fen. Total = lines + shipping - discount.</summary>
public sealed record DemoOrder(
    string Number, ImmutableArray<DemoLine> Lines, long ShippingMinor, long DiscountMinor, ImmutableArray<DemoPayment> Payments, string? Store)
{
    public long LinesMinor => Lines.Sum(l => l.AmountMinor);
    public long TotalMinor => LinesMinor + ShippingMinor - DiscountMinor;
}

/// <summary>One line; <paramref name="AmountMinor"/> is what is paid for it before reductions of the whole order.</summary>
public readonly record struct DemoLine(string Line, DemoArticle Article, long Quantity, long AmountMinor);

public readonly record struct DemoPayment(string Method, long AmountMinor);

/// <summary>What a channel says of a person; null where it says nothing.</summary>
public sealed record DemoProfile
{
    public string? Name { get; init; }

    /// <summary>f or m.</summary>
    public string? Gender { get; init; }

    /// <summary>ISO date.</summary>
    public string? Birthday { get; init; }
    public string? Province { get; init; }
    public string? City { get; init; }

    /// <summary>What the person says of the skin, in Chinese; one of four words.</summary>
    public string? SkinType { get; init; }
}
