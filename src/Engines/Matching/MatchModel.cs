using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Danke.Engines.Matching.Fields;
using Danke.Engines.Randomness;

namespace Danke.Engines.Matching;

/// <summary>
/// What was learnt of a file: everything that is needed to score two records, and nothing of the persons in it but how common the commoner
/// values are, by hash. Stays valid for new records of the same columns.
/// </summary>
public sealed record MatchModel
{
    /// <summary>The form that is written; fields and their levels are others in other forms.</summary>
    public const int Form = 2;

    /// <summary>Of this form; a reader refuses others.</summary>
    public int Version { get; init; } = Form;

    public required MatchSchema Schema { get; init; }

    /// <summary>As many as <see cref="MatchSchema.Fields"/>, in their order.</summary>
    public required ImmutableArray<FieldWeights> Weights { get; init; }

    /// <summary>Fields that say partly the same, e.g. city and postcode: their agreements are not counted twice.</summary>
    public ImmutableArray<Dependence> Dependences { get; init; } = [];

    /// <summary>The probability that two records picked blindly are one person.</summary>
    public required double Prior { get; init; }

    /// <summary>The probability that they are kin: people of one household or firm, who share a phone, an address or a surname.</summary>
    public required double KinPrior { get; init; }

    /// <summary>How many persons the file seemed to be about.</summary>
    public required int Persons { get; init; }

    public ImmutableArray<BlockingRule> Blocking { get; init; } = [];

    /// <summary>Blocking keys that too many records have: they are refined by a further part.</summary>
    public ImmutableHashSet<ulong> CommonKeys { get; init; } = [];

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">The text is no model, or of a form that is not known.</exception>
    public static MatchModel FromJson(string json)
    {
        var model = JsonSerializer.Deserialize<MatchModel>(json, Json) ?? throw new JsonException("The model is empty.");
        if (model.Version != Form) throw new JsonException($"The model is of form {model.Version}; known is {Form}.");
        return model;
    }

    /// <summary>The model; null when an earlier release wrote it, whose weights do not fit any more.</summary>
    /// <exception cref="JsonException">The text is no model.</exception>
    public static MatchModel? FromJsonOfThisForm(string json)
    {
        using var text = JsonDocument.Parse(json);
        return text.RootElement.TryGetProperty("version", out var version) && version.GetInt32() == Form ? FromJson(json) : null;
    }

    /// <summary>Reads a row and sets how rare its values are; records of different models are not compared with one another.</summary>
    /// <param name="reader">Of this model's schema, see <see cref="MatchSchema.ReaderOf"/>.</param>
    public MatchRecord Prepare(RecordReader reader, IReadOnlyList<string> row)
    {
        var record = reader.Read(row);
        SetRarities(record);
        return record;
    }

    internal void SetRarities(MatchRecord record)
    {
        for (var f = 0; f < record.Values.Length; f++)
        {
            if (record.Values[f] is not { } value) continue;
            var weights = Weights[f];
            Schema.Fields[f].Kind.Terms(value, (slot, term) =>
            {
                term.Rarity = weights.RarityOf(slot, term.Key, Persons);
                term.IsStock = weights.IsStock(slot, term.Key, Persons);
            });
        }
    }
}

/// <summary>What the degrees of likeness of one field weigh.</summary>
public sealed record FieldWeights
{
    /// <summary>From the same to different, with the shares that were learnt.</summary>
    public required ImmutableArray<TrainedLevel> Levels { get; init; }

    /// <summary>For each sort of value: how many persons have it, by the value's hash; values of fewer than <see cref="FewestTold"/> are not told.</summary>
    public required ImmutableArray<ImmutableDictionary<ulong, int>> Commonness { get; init; }

    /// <summary>The expected share of persons who have one value, of those that are not told.</summary>
    public required ImmutableArray<double> ExpectedShares { get; init; }

    public const int FewestTold = 3;

    // Ten others and sixty times as many as one would expect.
    internal bool IsStock(int slot, ulong key, int persons) =>
        slot < Commonness.Length && Commonness[slot].TryGetValue(key, out var count) && count > 10 && count > 60 * ExpectedShares[slot] * persons;

    internal float RarityOf(int slot, ulong key, int persons)
    {
        // Of the two who are compared nothing can be learnt of how common it is among others. What nobody else was seen to have is as rare as
        // the field lets expect, not as rare as the file is small.
        var others = slot < Commonness.Length && Commonness[slot].TryGetValue(key, out var count) ? count - 1 : 0;
        var unseen = Math.Clamp(persons * ExpectedShares[slot], 0.1, 1);
        var bits = -Bits.Of((others + unseen) / (persons + 1.0));
        return (float)(Math.Round(Math.Clamp(bits, 0, Pattern.MostRarity) * 2) / 2);
    }
}

/// <summary>One degree of likeness.</summary>
/// <param name="M">Share among pairs that are one person.</param>
/// <param name="U">Share among strangers.</param>
/// <param name="Kin">Share among kin; where a field is one person's own, that of strangers but for twins and names that go together.</param>
/// <param name="ByRarity">The weight of agreement is that of the value agreed upon: m over its own share instead of <see cref="U"/>.</param>
public sealed record TrainedLevel(string Name, double M, double U, double Kin, bool ByRarity)
{
    /// <summary>Weight of evidence in bits: log2(m / u). For a level by rarity, what it is on average.</summary>
    public double Weight => Bits.Of(M / U);
}

/// <summary>
/// A field that goes along with another: people of one postcode live in one city, and who moved has another of both. Its agreement weighs less where
/// the other agrees, its difference less where the other differs.
/// </summary>
/// <param name="Field">Place of the field in the schema.</param>
/// <param name="Given">Place of the other.</param>
/// <param name="U">The shares of the field's levels among strangers who agree on the other; empty when those are as of all strangers.</param>
/// <param name="M">The shares among pairs of one person that differ in the other; empty when those are as of all.</param>
public sealed record Dependence(int Field, int Given, ImmutableArray<double> U, ImmutableArray<double> M);

/// <summary>Weights of evidence: logarithms to the base of 2.</summary>
public static class Bits
{
    private const double Ln2 = 0.693147180559945309417;

    public static double Of(double ratio) => PortableMath.Log(Math.Clamp(ratio, 1e-300, 1e300)) / Ln2;

    /// <summary>The odds that weigh so many bits.</summary>
    public static double ToOdds(double bits) => PortableMath.Exp(Math.Clamp(bits, -500, 500) * Ln2);

    /// <summary>The probability whose odds weigh so many bits.</summary>
    public static double ToProbability(double bits) => 1 / (1 + PortableMath.Exp(-Math.Clamp(bits, -500, 500) * Ln2));
}
