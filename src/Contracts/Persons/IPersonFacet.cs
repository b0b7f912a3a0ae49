namespace Danke.Contracts.Persons;

/// <summary>
/// What another module knows of persons, for the person page and for a page of a list: asked for many at once, answered with
/// one read. A module registers <c>services.AddSingleton&lt;IPersonFacet&lt;PersonWorth&gt;, …&gt;()</c>.
/// </summary>
/// <typeparam name="T">One of the sections below.</typeparam>
public interface IPersonFacet<T>
{
    /// <param name="persons">Numbers as of today (never absorbed ones), at most some hundreds.</param>
    /// <returns>Who is not in it has nothing to show.</returns>
    Task<IReadOnlyDictionary<long, T>> Of(IReadOnlyCollection<long> persons, CancellationToken cancel);
}

/// <summary>The channels a person is known on, as far as one module knows. Every module that knows some registers a facet; they are united.</summary>
public sealed record PersonChannels(IReadOnlyList<string> Channels);

/// <summary>A person's name as it is; whoever shows it masks it. From the Persons module.</summary>
public sealed record PersonLabel(string Name);

/// <summary>
/// What a person bought, in the currency of most of it. Amounts in minor units. Paid orders that were not cancelled before count as
/// sales; an order that was refunded in full stays in the sales but is no purchase, so it is not among <paramref name="Orders"/>.
/// </summary>
/// <param name="Orders">Purchases.</param>
/// <param name="SalesMinor">The lines of all sales.</param>
/// <param name="RefundedMinor">What went back, whatever it belonged to.</param>
/// <param name="NetMinor">Order totals (with shipping, discounts and adjustments) less refunds: what stayed.</param>
/// <param name="FirstOrderAtMs">Of the purchases; null without any.</param>
/// <param name="PurchasesMinor">The lines of the purchases: with <paramref name="Orders"/> the mean order value.</param>
public sealed record PersonWorth(
    string Currency, long Orders, long SalesMinor, long RefundedMinor, long NetMinor, long PurchasesMinor, long? FirstOrderAtMs, long? LastOrderAtMs);

/// <summary>A person's memberships, the default program's first.</summary>
public sealed record PersonMemberships(IReadOnlyList<PersonMembership> Memberships);

/// <summary>One enrolment with its balances.</summary>
/// <param name="Card">As it is; whoever shows it masks it.</param>
/// <param name="State">active or left.</param>
/// <param name="NextTier">Null at the top.</param>
public sealed record PersonMembership(
    string Program, string Card, string State, string Tier, string TierTitle, long TierSinceMs, long Growth, PersonNextTier? NextTier,
    long PointsPending, long PointsSpendable, long PointsEarned, long PointsSpent, long PointsExpired, long? NextExpiryMs,
    long JoinedAtMs, string JoinedChannel, long? LeftAtMs);

/// <summary>The tier above and what is missing to it.</summary>
/// <param name="From">The growth, or what else it counts, from which it is reached.</param>
/// <param name="Of">growth, spend (minor units) or orders.</param>
public sealed record PersonNextTier(string Name, string Title, long From, long Missing, string Of = "growth");

/// <summary>The audiences a person is in, by name.</summary>
public sealed record PersonAudiences(IReadOnlyList<PersonAudience> Audiences);

/// <summary>One audience.</summary>
public sealed record PersonAudience(string Name, string Title);
