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
        Should.Throw<JsonException>(() => MatchModel.FromJson(Found.Value.Model.ToJson().Replace("\"version\":2", "\"version\":1")));

    [Fact]
    public void A_model_of_an_earlier_release_is_none()
    {
        var json = Found.Value.Model.ToJson();

        MatchModel.FromJsonOfThisForm(json).ShouldNotBeNull();
        MatchModel.FromJsonOfThisForm(json.Replace("\"version\":2", "\"version\":1")).ShouldBeNull();
    }

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

    private static readonly string[] Given = "Albert Bruno Carla Dorit Emil Fanny Gustav Hilde Ingo Jette Karl Lotte Moritz Nora Otto Paula Quirin Rosa Sven Thea Ulrich Vera Wilma Xaver".Split(' ');
    private static readonly string[] Surnames = "Adler Bauer Conrad Dietz Ebert Fuchs Graf Hahn Ibsen Jung Krause Lang Maurer Nagel Oster Pohl Quast Reuter Seidel Thiele Ulmer Vogt Wirth Zander".Split(' ');

    // Every house has two persons of one surname, each on file twice: with the phone or without, the name with a slip or not.
    private static List<string[]> Houses(int count, Func<int, bool> areTwins) => [.. Enumerable.Range(0, count).SelectMany(house =>
    {
        var random = RandomStream.Of(9, (ulong)house);
        string Day() => $"{1940 + random.NextBelow(60)}-{1 + random.NextBelow(12):00}-{1 + random.NextBelow(28):00}";
        var (surname, street, first) = (Surnames[random.NextBelow(Surnames.Length)], $"{1 + random.NextBelow(400)} {Surnames[random.NextBelow(Surnames.Length)]} Road", Day());
        var start = (int)random.NextBelow(Given.Length);
        string[] names = [Given[start], Given[(start + 1 + (int)random.NextBelow(Given.Length - 1)) % Given.Length]];
        return names.SelectMany((name, n) =>
        {
            var (birthday, phone, person) = (n == 0 || areTwins(house) ? first : Day(), $"0{random.NextBelow(900_000_000) + 100_000_000}", $"{house}/{n}");
            return new string[][] { [name, surname, birthday, phone, street, person], [name[..^1] + (random.Chance(0.2) ? "" : name[^1..]), surname, birthday, "", street, person] };
        });
    })];

    private static MatchResult MatchHouses(List<string[]> rows) =>
        Matcher.Run(new MatchTable(["first_name", "last_name", "birthday", "phone", "address", "person"], rows), Options(1));

    [Fact]
    public void Twins_of_one_house_are_two()
    {
        var rows = Houses(100, house => house % 8 == 0);

        var accuracy = AccuracyOf(MatchHouses(rows), rows);

        accuracy.Pairs.Precision.ShouldBeGreaterThan(0.98);
        accuracy.Pairs.Recall.ShouldBeGreaterThan(0.98);
    }

    // Of one surname, birthday and address: one letter less is a slip, another ending is a sister.
    [Theory]
    [InlineData("Marlene", "Marlen", true)]
    [InlineData("Marlene", "Marlies", false)]
    [InlineData("Marlene", "Gudrun", false)]
    public void Sisters_of_one_birthday_are_kin_sooner_than_one_person(string name, string other, bool isLinked)
    {
        var expected = Models.Unlearnt([new("first_name", ColumnRole.GivenName), new("last_name", ColumnRole.Surname), new("birthday", ColumnRole.BirthDate), new("address", ColumnRole.Address)]);
        double KinShare(ColumnRole role, TrainedLevel[] levels, int level) =>
            role == ColumnRole.Address ? levels[level].M : role == ColumnRole.Surname ? (levels[level].M + levels[level].U) / 2
            : Kinship.OwnShares(role, [.. levels.Select(l => l.M)], [.. levels.Select(l => l.U)])[level];
        var model = expected with
        {
            KinPrior = expected.Prior,
            Weights = [.. expected.Weights.Select((w, f) => w with { Levels = [.. w.Levels.Select((l, i) => l with { Kin = KinShare(expected.Schema.Fields[f].Role, [.. w.Levels], i) })] })],
        };
        var reader = model.Schema.ReaderOf(["first_name", "last_name", "birthday", "address"]);
        MatchRecord Record(string given) => model.Prepare(reader, [given, "Weber", "1961-04-17", "12 Harbour Road"]);

        (new Scorer(model).Score(Record(name), Record(other)) >= Bits.Of(0.95 / 0.05)).ShouldBe(isLinked);
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

    // 0 and 3 were born on different days; 1 and 2 say nothing of theirs, and are like both.
    [Theory]
    [InlineData(2, false)]
    [InlineData(5, true)]
    public void Two_who_contradict_one_another_are_not_joined_by_records_that_say_less(double bits, bool areOne)
    {
        var links = new ScoredPair[] { new(0, 1, 8), new(2, 3, 8), new(0, 2, 7), new(1, 3, 7), new(1, 2, 6) };

        var clusters = Clustering.Of(4, links, (i, j) => (i, j) is (0, 3) or (3, 0) ? new PairSay(bits, true) : new PairSay(7, false), sure: 4.25);

        clusters.ShouldBe(areOne ? [0, 0, 0, 0] : [0, 0, 2, 2]);
    }

    [Fact]
    public void A_person_and_a_firm_are_not_joined_by_a_record_that_may_be_either()
    {
        var links = new ScoredPair[] { new(0, 1, 12), new(1, 2, 12), new(1, 3, 12) };

        Clustering.Of(4, links, (i, j) => new PairSay((i, j) is (0, 3) or (3, 0) ? Weighing.Never : 12, false), sure: 4.25).ShouldBe([0, 0, 0, 3]);
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
