using System.Globalization;
using Danke.Contracts.Loyalty;
using Danke.Engines.Ledger;

namespace Danke.Loyalty.Reading;

/// <summary>Why points moved, in a sentence: <c>+120 points: order T123, rule 'order 1/100 ×120% gold, default v7', version 7</c>.</summary>
internal static class EntryReason
{
    public static string Of(PointsEntry entry, string? orderNumber)
    {
        var pieces = new List<string>();
        if (orderNumber is not null) pieces.Add($"order {orderNumber}");
        pieces.Add(entry.Rule.StartsWith("by hand: ", StringComparison.Ordinal) ? entry.Rule : $"rule '{entry.Rule}'");
        if (entry.ProgramVersion is { } version) pieces.Add(string.Create(CultureInfo.InvariantCulture, $"version {version}"));
        return $"{Moved(entry)}: {string.Join(", ", pieces)}";
    }

    private static string Moved(PointsEntry entry) => entry switch
    {
        { Kind: "activate", Spendable: > 0 } => $"{Signed(entry.Spendable)} {Word(entry)} may be spent",
        { Pending: not 0 } => $"{Signed(entry.Pending)} {Word(entry)} pending",
        { Spendable: not 0 } => $"{Signed(entry.Spendable)} {Word(entry)}",
        { Growth: not 0 } => $"{Signed(entry.Growth)} growth",
        _ => $"no {Word(entry)} moved",
    };

    private static string Word(PointsEntry entry) => PointTypes.TypeOf(entry.Program);

    private static string Signed(long number) => number.ToString("+0;-0;0", CultureInfo.InvariantCulture);
}
