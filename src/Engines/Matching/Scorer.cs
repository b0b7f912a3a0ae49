using System.Collections.Immutable;
using Danke.Engines.Matching.Fields;

namespace Danke.Engines.Matching;

/// <summary>Weighs pairs of records by a model.</summary>
public sealed class Scorer
{
    private readonly MatchModel model;
    private readonly FieldKind[] kinds;
    private readonly Weighing weighing;

    public Scorer(MatchModel model)
    {
        this.model = model;
        kinds = [.. model.Schema.Fields.Select(f => f.Kind)];
        weighing = new Weighing(model.Schema, new PairClass(model.Prior, Array(l => l.M)), new PairClass(model.KinPrior, Array(l => l.Kin)), Array(l => l.U), Array(l => l.ByRarity), model.Dependences);

        T[][] Array<T>(Func<TrainedLevel, T> of) => [.. model.Weights.Select(w => w.Levels.Select(of).ToArray())];
    }

    /// <summary>The weight of all evidence with the prior, in bits: 0 is as likely as not. Both records prepared by the model.</summary>
    public double Score(MatchRecord a, MatchRecord b) => Score(Pattern.Of(kinds, a, b));

    internal double Score(Pattern pattern) => weighing.Of(pattern);

    internal PairSay Say(MatchRecord a, MatchRecord b)
    {
        var pattern = Pattern.Of(kinds, a, b);
        return new PairSay(weighing.Of(pattern), weighing.Contradicts(pattern));
    }

    /// <summary>Why two records are thought to be one person, or two: field by field.</summary>
    public Explanation Explain(MatchRecord a, MatchRecord b)
    {
        var pattern = Pattern.Of(kinds, a, b);
        var fields = ImmutableArray.CreateBuilder<FieldEvidence>();
        for (var f = 0; f < kinds.Length; f++)
        {
            var (x, y) = (a.Values[f], b.Values[f]);
            if (x is null && y is null) continue;
            var level = pattern.LevelOf(f);
            var name = level < 0 ? "nothing_to_compare" : model.Weights[f].Levels[level].Name;
            fields.Add(new FieldEvidence(model.Schema.Fields[f].Name, name, weighing.Of(pattern, f), weighing.Alone(pattern, f), Shown(f, x), Shown(f, y)));
        }
        var score = Score(pattern);
        return new Explanation(Bits.ToProbability(score), score, weighing.PriorBits, weighing.KinBits(pattern), fields.ToImmutable());
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
/// <param name="Bits">The same as weight of evidence: prior, kin and fields added up.</param>
/// <param name="KinBits">Taken off because people of one household or firm would agree as much; never positive.</param>
/// <param name="PriorBits">What is known before looking: most pairs are strangers.</param>
public sealed record Explanation(double Probability, double Bits, double PriorBits, double KinBits, ImmutableArray<FieldEvidence> Fields);

/// <summary>What one field says for (positive) or against one person, in bits: each bit doubles the odds.</summary>
/// <param name="AloneBits">What it would say if no other field said partly the same.</param>
public sealed record FieldEvidence(string Field, string Level, double Bits, double AloneBits, string? A, string? B);
