using System.Collections.Immutable;
using Danke.Engines.Matching.Fields;

namespace Danke.Engines.Matching;

/// <summary>Weighs pairs of records by a model.</summary>
public sealed class Scorer
{
    private readonly MatchModel model;
    private readonly FieldKind[] kinds;
    private readonly double[][] weights;
    private readonly double priorBits;

    public Scorer(MatchModel model)
    {
        this.model = model;
        kinds = [.. model.Schema.Fields.Select(f => f.Kind)];
        weights = [.. model.Weights.Select(w => w.Levels.Select(l => Bits.Of(l.ByRarity ? l.M : l.M / l.U)).ToArray())];
        priorBits = model.PriorBits;
    }

    /// <summary>The weight of all evidence with the prior, in bits: 0 is as likely as not. Both records prepared by the model.</summary>
    public double Score(MatchRecord a, MatchRecord b) => Score(Pattern.Of(kinds, a, b));

    internal double Score(Pattern pattern)
    {
        var bits = priorBits + pattern.Rarity;
        for (var f = 0; f < weights.Length; f++)
            if (pattern.LevelOf(f) is >= 0 and var level) bits += weights[f][level];
        foreach (var both in model.Dependences)
            if (pattern.LevelOf(both.A) == 0 && pattern.LevelOf(both.B) == 0) bits += both.Correction;
        return bits;
    }

    /// <summary>Why two records are thought to be one person, or two: field by field.</summary>
    public Explanation Explain(MatchRecord a, MatchRecord b)
    {
        var fields = ImmutableArray.CreateBuilder<FieldEvidence>();
        for (var f = 0; f < kinds.Length; f++)
        {
            var (x, y) = (a.Values[f], b.Values[f]);
            if (x is null && y is null) continue;
            var agreement = x is null || y is null ? Agreement.Nothing : kinds[f].Compare(x, y);
            var bits = agreement.Level < 0 ? 0 : weights[f][agreement.Level] + (agreement.Shared?.Rarity ?? 0);
            var name = agreement.Level < 0 ? "nothing_to_compare" : model.Weights[f].Levels[agreement.Level].Name;
            fields.Add(new FieldEvidence(model.Schema.Fields[f].Name, name, bits, Shown(f, x), Shown(f, y)));
        }
        var pattern = Pattern.Of(kinds, a, b);
        var score = Score(pattern);
        return new Explanation(Bits.ToProbability(score), score, priorBits, fields.ToImmutable(), score - priorBits - fields.Sum(f => f.Bits));
    }

    private string? Shown(int field, FieldValue? value) => (model.Schema.Fields[field].Role, value) switch
    {
        (ColumnRole.GivenName, NameValue name) => name.Given?.Text,
        (ColumnRole.Surname, NameValue name) => name.Surname?.Text,
        _ => value?.Shown,
    };
}

/// <summary>Why a pair scored what it did.</summary>
/// <param name="Probability">That the two are one person.</param>
/// <param name="Bits">The same as weight of evidence: prior, fields and overlap added up.</param>
/// <param name="PriorBits">What is known before looking: most pairs are strangers.</param>
/// <param name="OverlapBits">Taken off because some fields say partly the same; never positive.</param>
public sealed record Explanation(double Probability, double Bits, double PriorBits, ImmutableArray<FieldEvidence> Fields, double OverlapBits);

/// <summary>What one field says for (positive) or against one person, in bits: each bit doubles the odds.</summary>
public sealed record FieldEvidence(string Field, string Level, double Bits, string? A, string? B);
