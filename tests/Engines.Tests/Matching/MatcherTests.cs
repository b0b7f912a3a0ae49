using System.Text.Json;
using Danke.Engines.Demo;
using Danke.Engines.Matching;
using Danke.Engines.Randomness;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Matching;

public sealed class MatcherTests
{
    private static readonly List<string[]> Rows = [.. CustomerFile.Rows(3_000, 11)];
    private static readonly Lazy<MatchResult> Found = new(() => Match(Rows));

    private static MatchResult Match(List<string[]> rows, ulong seed = 1) => Matcher.Run(new MatchTable(CustomerFile.Columns, rows), Options(seed));

    private static MatchOptions Options(ulong seed) => new() { Seed = seed, Roles = MatchOptions.Default.Roles.Add("person", ColumnRole.Ignored) };

    private static Accuracy AccuracyOf(MatchResult found, List<string[]> rows) => Accuracy.Of(found.Clusters, [.. rows.Select(r => r[^1])]);

    [Fact]
    public void Members_of_many_stores_are_found_without_being_told_who_is_who()
    {
        var accuracy = AccuracyOf(Found.Value, Rows);

        accuracy.Pairs.F1.ShouldBeGreaterThan(0.97);
        accuracy.Pairs.Precision.ShouldBeGreaterThan(0.985);
        accuracy.Clusters.F1.ShouldBeGreaterThan(0.94);
    }

    [Fact]
    public void The_order_of_the_rows_makes_no_difference()
    {
        var random = RandomStream.Of(5, 5);
        var order = Enumerable.Range(0, Rows.Count).OrderBy(_ => random.NextBits()).ToArray();

        var mixed = Match([.. order.Select(i => Rows[i])]);

        var groups = Groups(Found.Value.Clusters, i => Rows[i][0]);
        Groups(mixed.Clusters, i => Rows[order[i]][0]).ShouldBe(groups);
        mixed.Model.ToJson().ShouldBe(Found.Value.Model.ToJson());
    }

    private static List<string> Groups(int[] clusters, Func<int, string> key) =>
        [.. Enumerable.Range(0, clusters.Length).GroupBy(i => clusters[i]).Select(g => string.Join(' ', g.Select(key).Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal)];

    [Fact]
    public void Another_seed_draws_other_pairs_and_finds_as_much() =>
        AccuracyOf(Match(Rows, seed: 99), Rows).Pairs.F1.ShouldBe(AccuracyOf(Found.Value, Rows).Pairs.F1, 0.005);

    [Fact]
    public void A_model_read_back_scores_the_same_and_tells_no_values()
    {
        var model = Found.Value.Model;
        var json = model.ToJson();
        var read = MatchModel.FromJson(json);
        var (reader, scorer) = (read.Schema.ReaderOf(CustomerFile.Columns), new Scorer(read));

        foreach (var link in Found.Value.Links.Take(200))
            scorer.Score(read.Prepare(reader, Rows[link.A]), read.Prepare(reader, Rows[link.B])).ShouldBe(link.Bits, 1e-9);
        read.ToJson().ShouldBe(json);
        foreach (var row in Rows.Take(200))
            foreach (var value in new[] { row[2], row[3] })
                if (value.Length > 2) json.ShouldNotContain(value);
    }

    [Fact]
    public void A_model_of_another_form_is_refused() =>
        Should.Throw<JsonException>(() => MatchModel.FromJson(Found.Value.Model.ToJson().Replace("\"version\":1", "\"version\":2")));

    [Fact]
    public void A_new_record_finds_its_person_by_blocking_keys()
    {
        var model = Found.Value.Model;
        var reader = model.Schema.ReaderOf(CustomerFile.Columns);
        var keys = Rows.Select(row => BlockingKeys.Of(model, model.Prepare(reader, row))).ToArray();

        var together = Found.Value.Links.Count(link => keys[link.A].Intersect(keys[link.B]).Any());

        ((double)together / Found.Value.Links.Length).ShouldBeGreaterThan(0.99);
        keys.Average(k => k.Length).ShouldBeLessThan(60);
    }

    [Fact]
    public void An_explanation_adds_up_to_the_score()
    {
        var scorer = new Scorer(Found.Value.Model);
        foreach (var pair in Found.Value.Links.Take(100).Concat(Found.Value.Reviews.Take(100)))
        {
            var why = scorer.Explain(Found.Value.Records[pair.A], Found.Value.Records[pair.B]);

            (why.PriorBits + why.KinBits + why.Fields.Sum(f => f.Bits)).ShouldBe(why.Bits, 1e-9);
            why.Bits.ShouldBe(pair.Bits, 1e-9);
            why.KinBits.ShouldBeLessThanOrEqualTo(0);
            foreach (var field in why.Fields) Math.Abs(field.Bits).ShouldBeLessThanOrEqualTo(Math.Abs(field.AloneBits) + 1e-9);
        }
    }

    [Fact]
    public void A_family_of_one_phone_stays_several_persons()
    {
        var byPerson = Rows.Select((row, i) => (Person: row[^1], Phone: row[3], i)).Where(r => r.Phone.Length == 11).GroupBy(r => r.Phone).Where(g => g.Select(r => r.Person).Distinct().Count() > 1).ToArray();

        byPerson.Length.ShouldBeGreaterThan(5);
        byPerson.Count(g => g.Select(r => Found.Value.Clusters[r.i]).Distinct().Count() > 1).ShouldBeGreaterThan(byPerson.Length * 7 / 10);
    }

    [Fact]
    public void A_person_who_was_exported_three_hundred_times_is_one()
    {
        var copied = Rows.First(r => r[2].Length > 2 && r[3].Length == 11 && r[5].Length > 0 && r[8].Length > 0);
        List<string[]> rows = [.. Rows, .. Enumerable.Range(0, 300).Select(i => (string[])[$"X{i:000}", .. copied[1..]])];

        var found = Match(rows);

        found.Clusters[Rows.Count..].Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void The_files_own_keys_are_no_evidence() =>
        Found.Value.Model.Schema.Columns.Single(c => c.Name == "record").Role.ShouldBe(ColumnRole.RecordKey);

    [Fact]
    public void Common_values_weigh_less_than_rare_ones()
    {
        var model = Found.Value.Model;
        var reader = model.Schema.ReaderOf(["name"]);
        double Bits(string name) => new Scorer(model).Explain(model.Prepare(reader, [name]), model.Prepare(reader, [name])).Fields.Single(f => f.Field == "surname").Bits;

        Bits("王明").ShouldBeLessThan(Bits("洪明") - 3);
    }

    [Fact]
    public void Nothing_one_record_and_columns_that_say_nothing_are_no_error()
    {
        Matcher.Run(new MatchTable(["name"], []), MatchOptions.Default).Clusters.ShouldBeEmpty();
        Matcher.Run(new MatchTable(["name"], [["王小明"]]), MatchOptions.Default).Clusters.ShouldBe([0]);
        Matcher.Run(new MatchTable(["status"], [["a"], ["a"], ["b"]]), MatchOptions.Default).Clusters.ShouldBe([0, 1, 2]);
        Matcher.Run(new MatchTable(["name", "phone"], [["", ""], ["", ""], ["", ""]]), MatchOptions.Default).Clusters.ShouldBe([0, 1, 2]);
    }

    // A chain: each like the next, the ends unlike.
    [Fact]
    public void A_chain_of_doubtful_links_does_not_become_one_cluster()
    {
        double[][] bits = [[0, 6, -9, -9], [6, 0, 6, -9], [-9, 6, 0, 6], [-9, -9, 6, 0]];
        var links = from i in Enumerable.Range(0, 4) from j in Enumerable.Range(i + 1, 3 - i) where bits[i][j] > 4 select new ScoredPair(i, j, bits[i][j]);

        Clustering.Of(4, links, (i, j) => bits[i][j]).ShouldBe([0, 0, 2, 2]);
    }

    [Fact]
    public void A_record_that_says_little_is_held_by_the_others()
    {
        double[][] bits = [[0, 12, 6], [12, 0, -1], [6, -1, 0]];

        Clustering.Of(3, [new(0, 1, 12), new(0, 2, 6)], (i, j) => bits[i][j]).ShouldBe([0, 0, 0]);
    }

    [Fact]
    public void Accuracy_is_counted_by_pairs_and_by_whole_clusters()
    {
        var accuracy = Accuracy.Of([0, 0, 0, 3, 4], ["a", "a", "b", "b", "c"]);

        (accuracy.Pairs.Found, accuracy.Pairs.True, accuracy.Pairs.Both).ShouldBe((3, 2, 1));
        (accuracy.Clusters.Found, accuracy.Clusters.True, accuracy.Clusters.Both).ShouldBe((3, 3, 1));
        accuracy.Pairs.F1.ShouldBe(0.4, 1e-9);
    }
}
