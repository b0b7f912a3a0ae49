using Danke.Engines.Demo;
using Danke.Engines.Matching;
using Danke.Engines.Randomness;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Matching;

/// <summary>What changed compared with all, by a model learnt before.</summary>
public sealed class RematchingTests
{
    private static readonly List<KeyedRow> Rows = [.. CustomerFile.Rows(3_000, 11).Select((row, i) => new KeyedRow(1_000 + i * 7 % 3_001, row))];
    private static readonly Lazy<MatchResult> Learnt = new(() => Matcher.Run(new MatchTable(CustomerFile.Columns, [.. Rows.Select(r => r.Cells)]),
        new MatchOptions { Roles = MatchOptions.Default.Roles.Add("person", ColumnRole.Ignored) }));

    private static Dictionary<(long, long), double> Compare(IEnumerable<KeyedRow> changed, int page, long records = 3_000)
    {
        var rematching = new Rematching(MatchModel.FromJson(Learnt.Value.Model.ToJson()), CustomerFile.Columns, 0.5, records, changed);
        return Rows.Chunk(page).SelectMany(rematching.Compare).ToDictionary(p => (p.A, p.B), p => p.Bits);
    }

    [Fact]
    public void Parts_of_the_rows_find_together_what_all_find_each_pair_alike()
    {
        var all = Compare(Rows, 3_000);
        all.Count.ShouldBeGreaterThan(100);
        var random = RandomStream.Of(3, 3);
        var parts = Rows.GroupBy(_ => random.NextBits() % 5).Select(g => g.ToList()).ToList();

        foreach (var part in parts)
        {
            var changed = part.Select(r => r.Key).ToHashSet();
            var found = Compare(part, 257);
            // Nothing is missed; of a key that too many share, a part holds more than the whole, and may find more by it.
            all.Keys.Where(p => changed.Contains(p.Item1) || changed.Contains(p.Item2)).Except(found.Keys).ShouldBeEmpty();
            (found.Count - all.Keys.Count(p => changed.Contains(p.Item1) || changed.Contains(p.Item2))).ShouldBeLessThan(all.Count / 100);
            foreach (var (pair, bits) in found.Where(f => all.ContainsKey(f.Key))) bits.ShouldBe(all[pair]);
        }
    }

    [Fact]
    public void Of_few_records_each_is_compared_with_each()
    {
        var changed = Rows.Take(20).ToList();
        var byKeys = Compare(changed, 500);
        var each = Compare(changed, 500, records: 2_000);

        byKeys.Keys.ShouldBeSubsetOf(each.Keys);
        Compare(changed, 3, records: 2_000).ShouldBe(each, ignoreOrder: true);
    }

    [Fact]
    public void Two_records_are_as_alike_whichever_is_named_first()
    {
        var (scorer, records) = (new Scorer(Learnt.Value.Model), Learnt.Value.Records);
        foreach (var pair in Learnt.Value.Links.Concat(Learnt.Value.Reviews))
            scorer.Score(records[pair.A], records[pair.B]).ShouldBe(scorer.Score(records[pair.B], records[pair.A]));
    }

    [Fact]
    public void What_a_whole_run_links_is_found_again_with_the_same_weight()
    {
        var found = Compare(Rows, 1_000);
        var links = Learnt.Value.Links.Select(l => (A: Math.Min(Rows[l.A].Key, Rows[l.B].Key), B: Math.Max(Rows[l.A].Key, Rows[l.B].Key), l.Bits)).ToList();

        var again = links.Where(l => found.ContainsKey((l.A, l.B))).ToList();
        again.Count.ShouldBeGreaterThan(links.Count * 95 / 100);
        foreach (var (a, b, bits) in again) found[(a, b)].ShouldBe(bits, 1e-9);
    }
}
