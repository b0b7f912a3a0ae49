using System.Collections.Immutable;
using Danke.Engines.Randomness;

namespace Danke.Engines.Demo;

/// <summary>Fills a basket of one to five lines whose list value comes near a target.</summary>
internal static class Basket
{
    private const int MostLines = 5;
    private const long LeastValueMinor = 1_500;
    private const long GreatestValueMinor = 600_000;

    /// <param name="meanMinor">The buyer's own mean order value at list prices.</param>
    /// <param name="onPromotion">Prices are reduced by a fifth or so.</param>
    public static ImmutableArray<DemoLine> Fill(RandomStream random, DemoModel model, double meanMinor, bool onPromotion)
    {
        var target = random.NextGamma(model.ValueShape, meanMinor / model.ValueShape);
        var left = Math.Clamp((long)Math.Min(target, GreatestValueMinor), LeastValueMinor, GreatestValueMinor);
        var least = left / 6;
        var wanted = CountLines(random, left);
        var percent = onPromotion ? 100 - 5 * random.NextBetween(2, 6) : 100;

        var lines = ImmutableArray.CreateBuilder<DemoLine>(wanted);
        for (var line = 1; line <= wanted && (line == 1 || left > least); line++)
        {
            var share = line == wanted ? left : (long)(left / (wanted - line + 1) * (0.6 + 0.8 * random.NextUnit()));
            var article = DemoCatalogue.Instance.Pick(random, share);
            if (lines.Any(l => l.Article == article)) continue;
            var quantity = Math.Clamp((share + article.PriceMinor / 2) / article.PriceMinor, 1, 4);
            left -= quantity * article.PriceMinor;
            lines.Add(new DemoLine(LineNames[lines.Count], article, quantity, quantity * (article.PriceMinor * percent / 100)));
        }
        return lines.ToImmutable();
    }

    private static readonly string[] LineNames = ["1", "2", "3", "4", "5"];

    // The more is to be spent, the more different things are bought.
    private static int CountLines(RandomStream random, long valueMinor)
    {
        var chance = Math.Min(0.7, 0.1 + valueMinor / 90_000.0);
        var lines = 1;
        for (var more = 1; more < MostLines; more++)
            if (random.Chance(chance)) lines++;
        return lines;
    }
}
