using System.Text.Json.Nodes;

namespace Danke.Contracts.Persons;

/// <summary>
/// One kind of thing that happens to persons, as lines of their timeline. A module registers one for each of its tables
/// (<c>services.AddSingleton&lt;ITimelineSource, …&gt;()</c>); the Persons module merges them, newest first.
/// </summary>
public interface ITimelineSource
{
    /// <summary>Lower-case noun, unlike every other source's: lines of one instant are ordered by it.</summary>
    string Name { get; }

    /// <summary>What <c>?kinds=</c> filters by, one of <see cref="TimelineKinds"/>; several sources may share one.</summary>
    string Kind { get; }

    /// <summary>The newest lines before a position, at most <see cref="TimelineRequest.Limit"/>, ordered by instant and number, both descending.</summary>
    Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel);
}

/// <summary>What <c>?kinds=</c> knows.</summary>
public static class TimelineKinds
{
    public const string Order = "order";
    public const string Points = "points";
    public const string Tier = "tier";
    public const string Member = "member";
    public const string Interaction = "interaction";
    public const string Consent = "consent";
    public const string Identity = "identity";
    public const string Message = "message";
    public const string Journey = "journey";
    public const string Coupon = "coupon";

    public static readonly IReadOnlyList<string> All = [Order, Points, Tier, Member, Interaction, Consent, Identity, Message, Journey, Coupon];
}

/// <summary>Which lines of whom.</summary>
/// <param name="PersonId">The person as of today, never an absorbed number.</param>
/// <param name="AtMs">Lines before (<paramref name="AtMs"/>, <paramref name="Number"/>) in descending order are wanted: earlier, or as early with a smaller number.</param>
/// <param name="MayReveal">Whether names, identifiers and contact points may be in the answer as they are; else masked (Vault.Mask).</param>
public readonly record struct TimelineRequest(long PersonId, long AtMs, long Number, int Limit, bool MayReveal)
{
    /// <summary>For sources that read all of a person's rows: sorts, drops what is not before the position and keeps the limit.</summary>
    public IReadOnlyList<TimelineItem> Select(IEnumerable<TimelineItem> items)
    {
        var (at, number) = (AtMs, Number);
        return [.. items.Where(i => i.AtMs < at || (i.AtMs == at && i.Number < number)).OrderByDescending(i => i.AtMs).ThenByDescending(i => i.Number).Take(Limit)];
    }
}

/// <summary>One line of a timeline.</summary>
/// <param name="AtMs">When it happened, milliseconds since 1970 UTC.</param>
/// <param name="Number">Unique within the source and lasting: with the instant it is the place in the list. Usually the row's id.</param>
/// <param name="Channel">Where it happened; empty when nowhere in particular.</param>
/// <param name="TitleCode">What happened, for the console to put into words: <c>order.paid</c>, <c>points.earn_pending</c>, <c>message.sent</c>.</param>
/// <param name="Data">The pieces of the title and the reason, snake_case: numbers, amounts with currency, names of tiers, rules, versions.</param>
/// <param name="Reason">Why, in one English sentence made of the same pieces; empty when the line speaks for itself.</param>
public sealed record TimelineItem(long AtMs, long Number, string Channel, string TitleCode, JsonObject Data, string Reason);
