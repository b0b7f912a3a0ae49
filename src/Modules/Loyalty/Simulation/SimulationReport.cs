using System.Text.Json.Serialization;

namespace Danke.Loyalty.Simulation;

/// <summary>What a changed program would have done to the brand's history, beside what the live one does to it when it is replayed in the same manner.</summary>
/// <param name="DraftVersion">Null for a document that was sent along.</param>
/// <param name="From">The first month that is told, as its first day in the program's zone.</param>
/// <param name="Share">Of the members in percent.</param>
/// <param name="Persons">Whose history was replayed.</param>
/// <param name="Orders">Of theirs.</param>
/// <param name="ValueMinorPer1000">What a thousand points are taken to be worth, in minor units of the currency; null: no money is told.</param>
/// <param name="Types">Further types of points; the sides beside it are of the program's own. Null in reports from before there were any.</param>
public sealed record SimulationReport(
    string Program, long LiveVersion, long? DraftVersion, DateOnly From, DateTimeOffset AsOf, double Share, long Seed, long Persons, long Orders, string Currency, [property: JsonPropertyName("value_minor_per_1000")] long? ValueMinorPer1000,
    ProgramSide Live, ProgramSide Draft, PeopleSide People, ActualSide Actual, IReadOnlyList<TypeReport>? Types, double Seconds);

/// <summary>The same of the points of a further type: those of the draft, then those that only the live program has. They move no tiers and so tell none.</summary>
/// <param name="Scale">So many of the digits stand behind the point.</param>
/// <param name="ValueMinorPer1000">As the draft says, or else the live program; what the request says is of the program's own points.</param>
/// <param name="Live">Null: the live program has no such type. Its members are who ever had any, as the draft's are.</param>
/// <param name="Draft">Null: the draft has no such type. What members have of it under the live program they lose.</param>
/// <param name="Actual">Null where the live program has no such type.</param>
public sealed record TypeReport(
    string PointType, string? Title, int Scale, [property: JsonPropertyName("value_minor_per_1000")] long? ValueMinorPer1000, ProgramSide? Live, ProgramSide? Draft, PeopleSide People, ActualSide? Actual);

/// <summary>One program's side. Sums are of the months that are told; what is owed and the tiers are at the end.</summary>
/// <param name="TakenBack">Of what was issued, by returned orders.</param>
/// <param name="Otherwise">By hand and the like; replayed as it was.</param>
/// <param name="Borne">Could not be taken back.</param>
/// <param name="Unpaid">Points that members spent in fact and would not have had.</param>
/// <param name="Liability">All members' points, pending and spendable.</param>
/// <param name="CostMinor">What was issued and not taken back is worth.</param>
public sealed record ProgramSide(
    long Members, long Issued, long TakenBack, long Spent, long Expired, long Otherwise, long Borne, long Unpaid, long Liability, long? LiabilityMinor, long? CostMinor,
    IReadOnlyList<TierCount> Tiers, IReadOnlyList<MonthSide> Months);

public sealed record TierCount(string Tier, string Title, long Members);

/// <param name="Month">Its first day in the program's zone.</param>
/// <param name="Tiers">Members in each tier at its end, in the ladder's order.</param>
public sealed record MonthSide(
    DateOnly Month, long Issued, long TakenBack, long Spent, long Expired, long Otherwise, long Borne, long Liability, long? LiabilityMinor, long? CostMinor, IReadOnlyList<long> Tiers);

/// <summary>Who wins and who loses. A member's points are the balance, pending and spendable, less what was spent in fact and would not have been there.</summary>
public sealed record PeopleSide(
    long Gain, long Lose, long Same, long TierUp, long TierDown, IReadOnlyList<GainBand> Bands, IReadOnlyList<PersonChange> Winners, IReadOnlyList<PersonChange> Losers, IReadOnlyList<PersonChange> TierMoves);

/// <summary>So many members whose points differ by at least so much; bands of a loss are negative.</summary>
/// <param name="To">Exclusive of the next band; null: no end.</param>
public sealed record GainBand(long? From, long? To, long Members);

/// <param name="Name">Not kept with the report: filled in for who reads it, masked by role.</param>
/// <param name="Before">Points under the live program, and after under the draft.</param>
public sealed record PersonChange(long PersonId, long Before, long After, string TierBefore, string TierAfter, string? Name = null);

/// <summary>The live program replayed beside what members have in fact.</summary>
/// <param name="Same">Members whose pending points, spendable points, growth and tier are the same.</param>
/// <param name="WithOtherwise">Of those who differ: to whom points came or went by hand or the like, or who were granted a tier.</param>
public sealed record ActualSide(long Members, long Pending, long Spendable, long Growth, long Same, long Differ, long WithOtherwise, IReadOnlyList<ActualExample> Examples);

public sealed record ActualExample(long PersonId, long ReplayedPoints, long ActualPoints, string ReplayedTier, string ActualTier, string? Name = null);
