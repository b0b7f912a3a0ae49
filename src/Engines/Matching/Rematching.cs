using System.Collections.Immutable;

namespace Danke.Engines.Matching;

/// <summary>A record to compare, by whatever tells records apart.</summary>
public readonly record struct KeyedRow(long Key, string[] Cells);

/// <summary>Two records that may be one person: the smaller key first.</summary>
public sealed record RematchedPair(long A, long B, double Bits, Explanation Why);

/// <summary>
/// Compares records that changed with all others, by a model that was learnt before. The changed ones are held in memory by their blocking keys, the
/// others go past, page by page: the answer is the same however they are cut, and what the whole would give with this model, for pairs in which a changed one is.
/// </summary>
public sealed class Rematching
{
    /// <summary>Of one blocking key so many changed records are held: more say nothing by it.</summary>
    private const int MostInBlock = 120;

    private readonly MatchModel model;
    private readonly ImmutableArray<string> columns;
    private readonly Scorer scorer;
    private readonly double fromBits;
    private readonly List<(long Key, MatchRecord Record)> changed = [];
    private readonly Dictionary<long, int> places = [];
    private readonly Dictionary<ulong, List<int>> blocks = [];
    private readonly bool comparesAll;

    /// <param name="columns">Of all rows.</param>
    /// <param name="reviewFrom">Pairs of a smaller probability are left out.</param>
    /// <param name="records">How many there are in all: few are compared each with each.</param>
    public Rematching(MatchModel model, ImmutableArray<string> columns, double reviewFrom, long records, IEnumerable<KeyedRow> changed)
    {
        (this.model, this.columns, scorer, fromBits, comparesAll) = (model, columns, new Scorer(model), Bits.Of(reviewFrom / (1 - reviewFrom)), records <= CandidatePairs.SmallFile);
        var reader = model.Schema.ReaderOf(columns);
        foreach (var row in changed.OrderBy(r => r.Key))
        {
            var record = model.Prepare(reader, row.Cells);
            places.Add(row.Key, this.changed.Count);
            if (!comparesAll)
                foreach (var key in BlockingKeys.Of(model, record).Distinct())
                    if (Block(key) is { Count: < MostInBlock } block) block.Add(this.changed.Count);
            this.changed.Add((row.Key, record));
        }
    }

    private List<int> Block(ulong key) => blocks.TryGetValue(key, out var known) ? known : blocks[key] = [];

    /// <summary>Pairs of a changed record and one of the page; of two changed ones each pair is told once.</summary>
    public List<RematchedPair> Compare(IReadOnlyCollection<KeyedRow> page)
    {
        var reader = model.Schema.ReaderOf(columns);
        var found = new List<RematchedPair>();
        foreach (var row in page)
        {
            var record = model.Prepare(reader, row.Cells);
            var isChanged = places.ContainsKey(row.Key);
            foreach (var place in comparesAll ? Enumerable.Range(0, changed.Count) : Near(record))
            {
                var (key, other) = changed[place];
                if (key == row.Key || isChanged && key > row.Key) continue;
                if (scorer.Score(record, other) < fromBits) continue;
                var inOrder = row.Key < key;
                var why = scorer.Explain(inOrder ? record : other, inOrder ? other : record);
                found.Add(new RematchedPair(Math.Min(row.Key, key), Math.Max(row.Key, key), why.Bits, why));
            }
        }
        return found;
    }

    private IEnumerable<int> Near(MatchRecord record) =>
        BlockingKeys.Of(model, record).SelectMany(key => blocks.TryGetValue(key, out var block) ? block : []).Distinct().Order();
}
