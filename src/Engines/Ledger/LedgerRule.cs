using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Danke.Engines.Ledger;

/// <summary>What points are worth, and what may be done with them beside earning and spending.</summary>
/// <param name="ValueMinorPer1000">What a thousand points are worth, in minor units of the program's currency; null: no money is shown.</param>
/// <param name="FourEyesAbove">Points given or taken by hand at a screen beyond this wait for a second person; null: never.</param>
public sealed record LedgerRule([property: JsonPropertyName("value_minor_per_1000")] long? ValueMinorPer1000 = null, long? FourEyesAbove = null)
{
    public TransferRule Transfers { get; init; } = new();

    /// <summary>Partners whose points may be brought here, or these taken there.</summary>
    public ImmutableArray<ExchangeRate> Partners { get; init; } = [];

    public ExchangeRate? Partner(string name) => Partners.FirstOrDefault(p => p.Name == name);

    /// <summary>What points are worth; null when the program does not say.</summary>
    public long? Worth(long points) => ValueMinorPer1000 is { } value ? (long)((Int128)points * value / 1000) : null;

    internal IEnumerable<DefinitionProblem> Problems()
    {
        if (ValueMinorPer1000 < 0) yield return new("$.ledger.value_minor_per_1000", "Not negative.");
        if (FourEyesAbove < 0) yield return new("$.ledger.four_eyes_above", "Not negative.");
        if (Transfers.MostPerDay < 0) yield return new("$.ledger.transfers.most_per_day", "Not negative.");
        if (Transfers.MostAtOnce < 0) yield return new("$.ledger.transfers.most_at_once", "Not negative.");
        for (var i = 0; i < Partners.Length; i++)
        {
            var partner = Partners[i];
            if (partner.Name.Length is 0 or > 64 || partner.Name.Contains('/')) yield return new($"$.ledger.partners[{i}].name", "1 to 64 characters without a slash.");
            if (partner.Points < 1 || partner.TheirPoints < 1) yield return new($"$.ledger.partners[{i}]", "At least 1 point for at least 1 of theirs.");
        }
        if (Partners.Select(p => p.Name).Distinct().Count() != Partners.Length) yield return new("$.ledger.partners", "Partners must differ.");
    }
}

/// <summary>Points from member to member.</summary>
/// <param name="Allowed">Whether members may at all.</param>
/// <param name="Expiry">Whether points keep the end that they had, or begin anew: then a circle of friends refreshes them for ever.</param>
/// <param name="MostAtOnce">Null: any number.</param>
/// <param name="MostPerDay">By one giver on one day in the program's zone; null: any number.</param>
public sealed record TransferRule(bool Allowed = true, TransferExpiry Expiry = TransferExpiry.Keep, long? MostAtOnce = null, long? MostPerDay = null);

public enum TransferExpiry { Keep, Reset }

/// <summary>So many points here for so many of a partner's; what does not come out even is refused.</summary>
/// <param name="MayBring">Whether members may bring points from there.</param>
/// <param name="MayTake">Whether members may take points there.</param>
public sealed record ExchangeRate(string Name, long Points, long TheirPoints, bool MayBring = true, bool MayTake = true)
{
    /// <summary>What so many of theirs are here; null when it does not come out even, or is nothing.</summary>
    public long? Here(long theirs) => theirs > 0 && (Int128)theirs * Points % TheirPoints == 0 ? (long)((Int128)theirs * Points / TheirPoints) : null;
}
