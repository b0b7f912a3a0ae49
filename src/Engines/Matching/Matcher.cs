using System.Collections.Immutable;
using Danke.Engines.Matching.Fields;

namespace Danke.Engines.Matching;

/// <summary>A file of records: the names of its columns, and its rows with as many cells.</summary>
public sealed record MatchTable(ImmutableArray<string> Columns, IReadOnlyList<string[]> Rows);

/// <summary>How to match.</summary>
public sealed record MatchOptions
{
    /// <summary>At least this probability: the two are taken for one person.</summary>
    public double LinkFrom { get; init; } = 0.95;

    /// <summary>At least this: a person should look.</summary>
    public double ReviewFrom { get; init; } = 0.5;

    /// <summary>Of the blind draws. Another seed gives other draws and, but for the last digits, the same answer.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Nothing known beforehand.</summary>
    public static MatchOptions Default { get; } = new();

    /// <summary>Roles that are known; the others are guessed.</summary>
    public ImmutableDictionary<string, ColumnRole> Roles { get; init; } = ImmutableDictionary<string, ColumnRole>.Empty;
}

/// <summary>What came out.</summary>
/// <param name="Clusters">For each row its cluster: the place of the cluster's first row.</param>
/// <param name="Links">Pairs at or over the threshold, by rows; surest first. The clusters leave some of them out.</param>
/// <param name="Reviews">Pairs of different clusters that a person should look at; likeliest first.</param>
public sealed record MatchResult(
    MatchModel Model, ImmutableArray<MatchRecord> Records, int[] Clusters, ImmutableArray<ScoredPair> Links, ImmutableArray<ScoredPair> Reviews,
    long PairsCompared, ImmutableArray<RuleYield> Yields)
{
    public int ClusterCount => Clusters.Distinct().Count();
}

/// <summary>
/// Finds the records of a file that are one person, where no key says so. Learns from the file itself what agreement weighs; asks for no examples.
/// The answer depends on the rows and not on their order. See docs/identity-matching.md.
/// </summary>
public static class Matcher
{
    /// <summary>How common a value is should be counted over persons; who the persons are is known after a first round.</summary>
    private const int Rounds = 2;

    public static MatchResult Run(MatchTable table, MatchOptions options)
    {
        var order = Canonical(table);
        var rows = Array.ConvertAll(order, i => table.Rows[i]);
        var columns = ColumnGuess.Of(table.Columns, rows).Select(c => options.Roles.TryGetValue(c.Name, out var role) ? c with { Role = role } : c).ToImmutableArray();
        var schema = MatchSchema.Of(columns, rows);
        var reader = schema.ReaderOf(table.Columns);
        var records = new MatchRecord[rows.Length];
        Parallel.For(0, rows.Length, i => records[i] = reader.Read(rows[i]));

        var alone = Enumerable.Range(0, records.Length).ToArray();
        if (rows.Length < 2 || schema.Fields.IsEmpty) return new MatchResult(Unlearnt(schema, records, alone), [.. records], alone, [], [], 0, []);

        var (a, b) = Training.DrawBlindly(rows.Length, options.Seed);
        var found = Round(schema, records, Copies(schema, table.Columns, rows), a, b, options);
        for (var round = 1; round < Rounds; round++) found = Round(schema, records, found.Clusters, a, b, options);
        return Placed(found, order, options);
    }

    /// <summary>Rows that say the same in all that is compared, and more than a name, are one person to begin with: else copies would make rare values common.</summary>
    private static int[] Copies(MatchSchema schema, ImmutableArray<string> columns, string[][] rows)
    {
        var compared = schema.Fields.SelectMany(f => f.Columns.SelectMany(c => c)).Distinct().Select(c => columns.IndexOf(c)).Order().ToArray();
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. rows.Select((row, i) =>
        {
            if (compared.Count(c => row[c].Length > 0) < 3) return i;
            var said = string.Join('\u001f', compared.Select(c => row[c]));
            return first.TryGetValue(said, out var same) ? same : (first[said] = i);
        })];
    }

    /// <summary>One learning and one matching, with values counted over <paramref name="persons"/>.</summary>
    private static MatchResult Round(MatchSchema schema, MatchRecord[] records, int[] persons, int[] blindA, int[] blindB, MatchOptions options)
    {
        var model = Unlearnt(schema, records, persons);
        Parallel.ForEach(records, model.SetRarities);
        var pairs = CandidatePairs.Of(schema, records);
        var patterns = Comparing.All(schema, records, pairs.A, pairs.B);
        var blind = Comparing.All(schema, records, blindA, blindB);
        var learnt = new Training(model, records.Length, patterns, pairs.Free, blind).Learn();
        model = model with
        {
            Weights = [.. model.Weights.Zip(learnt.Levels, (w, l) => w with { Levels = l })],
            Prior = learnt.Prior,
            KinPrior = learnt.KinPrior,
            Dependences = learnt.Dependences,
            Blocking = pairs.Rules,
            CommonKeys = pairs.CommonKeys,
        };

        var scorer = new Scorer(model);
        var (link, review) = (BitsOf(options.LinkFrom), BitsOf(options.ReviewFrom));
        var worth = new List<ScoredPair>();
        for (var i = 0; i < pairs.Count; i++)
            if (scorer.Score(patterns[i]) is var bits && bits >= Math.Min(link, review)) worth.Add(new ScoredPair(pairs.A[i], pairs.B[i], bits));
        var links = worth.Where(p => p.Bits >= link).ToArray();
        var clusters = Clustering.Of(records.Length, links, (i, j) => scorer.Say(records[i], records[j]), link);
        return new MatchResult(model, [.. records], clusters, [.. links], [.. worth.Where(p => p.Bits >= review && clusters[p.A] != clusters[p.B])], pairs.Count, pairs.Yields);
    }

    private static double BitsOf(double probability) => Bits.Of(probability / (1 - Math.Min(probability, 1 - 1e-12)));

    private static MatchModel Unlearnt(MatchSchema schema, MatchRecord[] records, int[] persons)
    {
        // Everybody counts once, however many records there are of them.
        var byPerson = Enumerable.Range(0, records.Length).GroupBy(i => persons[i]).Select(g => g.ToArray()).ToArray();
        var weights = schema.Fields.Select((field, f) => new FieldWeights
        {
            Levels = [.. field.Kind.Levels.Select((l, n) => new TrainedLevel(l.Name, l.M, l.U, l.U, RarityLevels.Has(field.Role, n)))],
            Commonness = [.. Enumerable.Range(0, 3).Select(slot => Counted(field, f, slot, records, byPerson))],
            ExpectedShares = [.. Enumerable.Range(0, 3).Select(field.Kind.ExpectedShare)],
        });
        return new MatchModel { Schema = schema, Weights = [.. weights], Prior = 0.001, KinPrior = 0.0001, Persons = byPerson.Length };
    }

    private static ImmutableDictionary<ulong, int> Counted(MatchField field, int place, int slot, MatchRecord[] records, int[][] persons)
    {
        var counts = new Dictionary<ulong, int>();
        var own = new HashSet<ulong>();
        foreach (var person in persons)
        {
            own.Clear();
            foreach (var record in person)
                if (records[record].Values[place] is { } value) field.Kind.Terms(value, (s, term) => { if (s == slot) own.Add(term.Key); });
            foreach (var key in own) counts[key] = counts.GetValueOrDefault(key) + 1;
        }
        return counts.Where(c => c.Value >= FieldWeights.FewestTold).ToImmutableDictionary();
    }

    // Rows by their contents: what is learnt and drawn does not depend on how the file was sorted. Rows that are the same may change places.
    private static int[] Canonical(MatchTable table)
    {
        var order = Enumerable.Range(0, table.Rows.Count).ToArray();
        var columns = Enumerable.Range(0, table.Columns.Length).OrderBy(c => table.Columns[c], StringComparer.Ordinal).ToArray();
        Array.Sort(order, (x, y) =>
        {
            foreach (var c in columns)
                if (string.CompareOrdinal(table.Rows[x][c], table.Rows[y][c]) is not 0 and var difference) return difference;
            return x.CompareTo(y);
        });
        return order;
    }

    /// <summary>From the order of the work back to the order of the file.</summary>
    private static MatchResult Placed(MatchResult found, int[] order, MatchOptions options)
    {
        var records = new MatchRecord[order.Length];
        var first = new int[order.Length];
        Array.Fill(first, int.MaxValue);
        for (var i = 0; i < order.Length; i++)
        {
            records[order[i]] = found.Records[i];
            first[found.Clusters[i]] = Math.Min(first[found.Clusters[i]], order[i]);
        }
        var clusters = new int[order.Length];
        for (var i = 0; i < order.Length; i++) clusters[order[i]] = first[found.Clusters[i]];
        ImmutableArray<ScoredPair> Back(ImmutableArray<ScoredPair> pairs) =>
            [.. pairs.Select(p => new ScoredPair(Math.Min(order[p.A], order[p.B]), Math.Max(order[p.A], order[p.B]), p.Bits)).OrderByDescending(p => p.Bits).ThenBy(p => p.A).ThenBy(p => p.B)];
        return found with { Records = [.. records], Clusters = clusters, Links = Back(found.Links), Reviews = Back(found.Reviews) };
    }
}
