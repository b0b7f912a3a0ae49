using System.Globalization;
using System.Text.Json;
using Danke.Engines.Matching;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Persons.Reviewing;

/// <summary>What is to be done with a pair, or was.</summary>
internal static class PairStates
{
    public const string Waiting = "waiting";
    public const string Later = "later";
    public const string Same = "same";
    public const string Different = "different";

    /// <summary>So alike that nobody was asked.</summary>
    public const string Linked = "linked";

    public static readonly IReadOnlyList<string> All = [Waiting, Later, Same, Different, Linked];
}

/// <summary>What one field says for (positive) or against one person: each bit doubles the odds.</summary>
/// <param name="Level">How alike, from the same to different.</param>
public sealed record FieldSays(string Field, string Level, double Bits);

/// <summary>Why a pair is thought to be one person: the parts add up to its score.</summary>
/// <param name="PriorBits">Before looking: most pairs are strangers.</param>
/// <param name="KinBits">Taken off because people of one household would agree as much.</param>
public sealed record PairEvidence(double PriorBits, double KinBits, IReadOnlyList<FieldSays> Fields)
{
    public static PairEvidence Of(Explanation why) =>
        new(Math.Round(why.PriorBits, 2), Math.Round(why.KinBits, 2), [.. why.Fields.Select(f => new FieldSays(f.Field, f.Level, Math.Round(f.Bits, 2)))]);
}

/// <summary>Two persons who may be one, as it lies in the Books.</summary>
internal sealed record IdentityPair(
    long PairId, long AKey, long BKey, long ModelId, long FoundMs, long ScoreMillibits, long ProbabilityPpm, string Evidence, string? Refusal, string State, string? By, long? AnsweredMs, string? CommandKey)
{
    public const string Columns = """
        q.pair_id, q.a_key, q.b_key, q.model_id, q.found_ms, q.score_millibits, q.probability_ppm, q.evidence, q.refusal, q.state, q.answered_by, q.answered_ms, q.command_key
        """;

    public static IdentityPair Read(System.Data.Common.DbDataReader r) => new(
        r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetString(7), r.TextOrNull(8), r.GetString(9), r.TextOrNull(10), r.LongOrNull(11), r.TextOrNull(12));

    public static readonly Table<IdentityPair> Table = new Table<IdentityPair>("identity_pairs", "pair_id")
        .Long("pair_id", p => p.PairId).Long("a_key", p => p.AKey).Long("b_key", p => p.BKey).Long("model_id", p => p.ModelId).Long("found_ms", p => p.FoundMs)
        .Long("score_millibits", p => p.ScoreMillibits).Long("probability_ppm", p => p.ProbabilityPpm).Text("evidence", p => p.Evidence).Text("refusal", p => p.Refusal)
        .Text("state", p => p.State).Text("answered_by", p => p.By).LongOrNull("answered_ms", p => p.AnsweredMs).Text("command_key", p => p.CommandKey);

    public PairEvidence Why => JsonSerializer.Deserialize<PairEvidence>(Evidence, DankeJson.Options)!;

    public string Name => string.Create(CultureInfo.InvariantCulture, $"identity-pair/{PairId}");
}
