using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Danke.Engines.Audiences;
using Danke.Engines.Ledger;

namespace Danke.Engines.Earning;

/// <summary>What a rule looks at.</summary>
public enum RuleTarget
{
    /// <summary>An order as a whole.</summary>
    Order,

    /// <summary>The lines of an order that satisfy the condition.</summary>
    Line,

    /// <summary>Something the member did that is no order: a sign-in, a review, a referral.</summary>
    Interaction,
}

public enum Stacking
{
    /// <summary>All rules that hold count.</summary>
    Sum,

    /// <summary>The rate and, of the rules that hold, the one that gives most.</summary>
    Best,
}

public enum Multipliers { Add, Multiply }

/// <summary>One rule of a program: when and where it holds, and what it gives.</summary>
public sealed record PointsRule
{
    /// <summary>The name of the rate in gains and notes: no rule may be called so.</summary>
    public const string Base = "base";

    public required string Name { get; init; }
    public required string Title { get; init; }
    public RuleTarget On { get; init; } = RuleTarget.Order;

    /// <summary>First and last day on which it holds, in the program's zone.</summary>
    public DateOnly? From { get; init; }
    public DateOnly? Until { get; init; }

    /// <summary>The kinds of interactions that it is about.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>As it was written; see <see cref="Condition"/>.</summary>
    public JsonElement? Where { get; init; }
    public required Gives Gives { get; init; }

    /// <summary>Of the rules of a group that hold only one counts: the highest priority, then the most points, then the first.</summary>
    public string? Group { get; init; }

    /// <summary>Higher comes first.</summary>
    public int Priority { get; init; }
    public Caps? Caps { get; init; }

    /// <summary>Asked of a purchase, its line, or a deed, as <see cref="Scope"/> says.</summary>
    [JsonIgnore]
    public Condition Condition { get; init; } = Condition.Everyone;

    [JsonIgnore]
    public Scope Scope => On switch
    {
        RuleTarget.Order => Catalogue.Purchase,
        RuleTarget.Line => Catalogue.PurchaseLine,
        RuleTarget.Interaction => Catalogue.Deed,
        _ => throw new InvalidOperationException($"{On} is nothing that rules look at."),
    };

    public bool HoldsOn(DateOnly day) => (From is not { } from || day >= from) && (Until is not { } until || day <= until);
}

/// <summary>What a rule gives: exactly one of a rate, points or a percentage.</summary>
/// <param name="Rate">Points for money: for the whole order, or for the matching lines.</param>
/// <param name="Points">So many: once for an order or interaction; of lines for each piece that matches.</param>
/// <param name="Percent">Of what the rates give on the order or on the matching lines: 200 doubles, 150 adds half, 0 takes all.</param>
/// <param name="Base">Of a rate: whether the order's own discount is spending.</param>
/// <param name="WithShipping">Of a rate on the whole order: whether shipping is spending.</param>
/// <param name="ByTier">Of a rate: whether the tier's percentage applies.</param>
public sealed record Gives(
    Rate? Rate = null, long? Points = null, int? Percent = null, EarnBase Base = EarnBase.AfterDiscount, bool WithShipping = false, bool ByTier = false);

/// <summary>
/// How much at most. Per order: of what one order or interaction gives, at any time. The others count what was given and not taken back
/// when an event arrives, in the day, month or year of the event in the program's zone.
/// </summary>
/// <param name="Budget">Of all members together, ever.</param>
/// <param name="TimesPerDay">How many orders or interactions of a member may gain by it.</param>
public sealed record Caps(
    long? PerOrder = null, long? PerDay = null, long? PerMonth = null, long? PerYear = null, long? PerPerson = null, long? Budget = null,
    long? TimesPerDay = null, long? TimesPerMonth = null, long? TimesPerPerson = null)
{
    /// <summary>Whether anything that the member was given before matters.</summary>
    [JsonIgnore]
    public bool AsksPerson => PerDay is not null || PerMonth is not null || PerYear is not null || PerPerson is not null
        || TimesPerDay is not null || TimesPerMonth is not null || TimesPerPerson is not null;

    /// <summary>What may still be given.</summary>
    public long Room(CapUse used)
    {
        if (TimesPerDay <= used.TimesDay || TimesPerMonth <= used.TimesMonth || TimesPerPerson <= used.TimesPerson) return 0;
        var room = long.MaxValue;
        Limit(PerDay, used.Day);
        Limit(PerMonth, used.Month);
        Limit(PerYear, used.Year);
        Limit(PerPerson, used.Person);
        Limit(Budget, used.Budget);
        return room;

        void Limit(long? cap, long so)
        {
            if (cap is { } most) room = Math.Min(room, Math.Max(0, most - so));
        }
    }
}

/// <summary>What was given before, without the order or interaction that is being judged.</summary>
public readonly record struct CapUse(long Day, long Month, long Year, long Person, long Budget, long TimesDay, long TimesMonth, long TimesPerson);
