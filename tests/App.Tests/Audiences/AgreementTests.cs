using Danke.App.Tests.Reports;
using Danke.Audiences;
using Danke.Engines.Audiences;
using Danke.Engines.Tests.Audiences;
using Danke.Platform.Settings;
using FsCheck;
using FsCheck.Fluent;

namespace Danke.App.Tests.Audiences;

/// <summary>The evaluator and the compiler are two answers to one question: over random persons and random conditions they say the same.</summary>
[Collection(nameof(InsightChild))]
public sealed class AgreementTests(InsightChild child)
{
    private const int Persons = 250;
    private const int Conditions = 400;

    // Always the same worlds, unless asked for others: DANKE_TEST_SEED=7.
    private static Rnd Seed => new(ulong.TryParse(Environment.GetEnvironmentVariable("DANKE_TEST_SEED"), out var given) ? given : 20_261_122);

    [Fact]
    public async Task Insight_chooses_exactly_those_of_whom_the_condition_holds()
    {
        var database = await child.NewDatabase();
        var persons = ConditionGenerator.Persons.Sample(Persons, Seed, 50).Select((facts, i) => (Id: i + 1L, Facts: facts)).ToList();
        await Fill(database, persons);
        var conditions = ConditionGenerator.Conditions.Sample(Conditions, Seed, 60).ToList();
        var (chosen, all) = (0, 0);

        foreach (var condition in conditions)
        {
            var compiled = ConditionSql.Compile(condition, ConditionGenerator.Asked);
            var found = (await database.Client.Query($"select person_id from persons final where {compiled.Sql}", r => r.Long(0),
                [.. compiled.Parameters.Select(p => (p.Key, (object?)p.Value))])).Order().ToList();
            var expected = persons.Where(p => Evaluator.Holds(condition, p.Facts, Catalogue.Person, ConditionGenerator.Asked)).Select(p => p.Id).ToList();

            found.ShouldBe(expected, ConditionText.Write(condition));
            (chosen, all) = (chosen + found.Count, all + persons.Count);
        }

        // Agreement about nobody would be no agreement.
        ((double)chosen / all).ShouldBeInRange(0.1, 0.9);
    }

    [Fact]
    public async Task One_per_household_are_the_same_persons_in_Insight_and_by_the_engine()
    {
        var database = await child.NewDatabase();
        // Few moments of having been seen: those of one household tie often, and the number decides.
        var persons = ConditionGenerator.Persons.Sample(Persons, Seed, 50).Select((facts, i) => (Id: i + 1L, Facts: facts with
        {
            InstantValues = facts.InstantValues.SetItem("last_seen", ConditionGenerator.NowMs - facts.Instant("last_seen")!.Value % 3 * Asked.DayMs),
        })).ToList();
        await Fill(database, persons);
        var queries = new AudienceQueries(database.Client, _ => ValueTask.FromResult(new Brand("Test", ConditionGenerator.Asked.Zone, "CNY", ["zh-CN"])), TimeProvider.System);
        var left = 0;

        foreach (var condition in ConditionGenerator.Conditions.Sample(150, Seed, 60))
        {
            var holds = persons.Where(p => Evaluator.Holds(condition, p.Facts, Catalogue.Person, ConditionGenerator.Asked)).Select(p => OnePerHousehold.Candidate.Of(p.Id, p.Facts)).ToList();
            var expected = OnePerHousehold.Choose(holds).ToList();
            var audience = new AudienceDefinition(condition, null, null, IsOnePerHousehold: true);

            (await Walk(queries, audience)).Order().ToList().ShouldBe(expected, ConditionText.Write(condition));
            (await queries.Count(audience, ConditionGenerator.Asked, default)).ShouldBe(expected.Count);
            (await queries.Among(audience, ConditionGenerator.Asked, [.. persons.Select(p => p.Id).Where(id => id % 2 == 0)], default)).Order().ToList().ShouldBe([.. expected.Where(id => id % 2 == 0)]);
            left += holds.Count - expected.Count;
        }

        left.ShouldBeGreaterThan(1_000);
    }

    private static async Task<List<long>> Walk(AudienceQueries queries, AudienceDefinition audience)
    {
        var all = new List<long>();
        for (long? after = 0; after is { } from;)
        {
            var page = await queries.Page(audience, ConditionGenerator.Asked, from, 20, default);
            all.AddRange(page.Persons);
            after = page.Next;
        }
        return all;
    }

    [Fact]
    public async Task The_facts_read_from_Insight_are_those_that_were_written()
    {
        var database = await child.NewDatabase();
        var persons = ConditionGenerator.Persons.Sample(40, Seed, 50).Select((facts, i) => (Id: i + 1L, Facts: facts)).ToList();
        await Fill(database, persons);
        var reader = new PersonFacts(database.Client);
        var conditions = ConditionGenerator.Conditions.Sample(100, Seed, 60).ToList();

        foreach (var (id, facts) in persons)
        {
            var read = (await reader.Of(id, ConditionGenerator.Asked, default))!;
            foreach (var condition in conditions)
                Evaluator.Holds(condition, read, Catalogue.Person, ConditionGenerator.Asked)
                    .ShouldBe(Evaluator.Holds(condition, facts, Catalogue.Person, ConditionGenerator.Asked), ConditionText.Write(condition));
        }
    }

    internal static async Task Fill(InsightDatabase database, IReadOnlyList<(long Id, Facts Facts)> persons)
    {
        await database.Insert("persons", persons.Select(p => new object?[]
        {
            p.Id, p.Facts.Text("gender"), p.Facts.Number("birth_month") is > 0 and var month ? $"--{month:00}-15" : "", p.Facts.Text("province"), p.Facts.Text("city"), p.Facts.Text("first_channel"),
            p.Facts.Instant("first_seen") ?? 0, p.Facts.Instant("last_seen") ?? 0, p.Facts.Texts("channels").ToArray(), p.Facts.Texts("reachable").ToArray(),
            p.Facts.Number("household.id"), p.Facts.Number("household.size"),
        }));
        var asked = ConditionGenerator.Asked;
        await database.Insert("memberships", persons.Where(p => p.Facts.Flag("is_member")).Select(p => new object?[]
        {
            p.Id, asked.Program, "active", p.Facts.Text("tier"), 0, p.Facts.Number("growth"), 0, p.Facts.Number("points"), 0, 0, 0, p.Facts.Instant("joined") ?? 0, "site",
        }));
        // A membership that was ended and one of another program say nothing.
        await database.Insert("memberships", persons.Take(20).SelectMany(p => new[]
        {
            new object?[] { p.Id, "other", "active", "gold", 0, 5, 0, 5, 0, 0, 0, asked.AtMs - 1, "site" },
            [p.Id, "ended", "left", "gold", 0, 5, 0, 5, 0, 0, 0, asked.AtMs - 1, "site"],
        }));
        // Two entries of each type that somebody has; those of somebody who is no member, and of another program, say nothing.
        await database.Insert("points_entries", persons.SelectMany(p => new[] { "coins", "air-miles" }.SelectMany((type, i) => new[]
        {
            Entry(p.Id, i * 4, $"{asked.Program}:{type}", 5), Entry(p.Id, i * 4 + 1, $"{asked.Program}:{type}", p.Facts.Flag("is_member") ? p.Facts.Number($"points.{type}") - 5 : 3),
            Entry(p.Id, i * 4 + 2, asked.Program, 7), Entry(p.Id, i * 4 + 3, $"other:{type}", 9),
        })));
        var orders = persons.SelectMany(p => AllOrders(p.Facts).Select((order, i) => (Person: p.Id, Id: p.Id * 100 + i, Order: order))).ToList();
        await database.Insert("orders", orders.Select(o => new object?[]
        {
            o.Person, o.Id, o.Order.Text("channel"), o.Order.Text("shop"), o.Order.Text("store"), "sale", o.Order.Text("status"), o.Order.Text("currency"), o.Order.AtMs, o.Order.AtMs, null, null,
            o.Order.Flag("is_sale") ? 1 : 0, 0, 0, 0, 0, 0, o.Order.Number("amount_minor"),
        }));
        await database.Insert("order_lines", orders.SelectMany(o => o.Order.Items("lines").Select((line, i) => new object?[]
        {
            o.Person, o.Id, i + 1, o.Order.AtMs, o.Order.Text("channel"), "sale", 1, line.Text("sku"), line.Text("category"), line.Number("quantity"), 0,
        })));
        await database.Insert("refunds", persons.SelectMany(p => p.Facts.Items("refunds").Select((refund, i) => new object?[]
        {
            p.Id, p.Id * 100 + i, 0, refund.Text("channel"), refund.Text("currency"), refund.AtMs, refund.Number("amount_minor"),
        })));
        await database.Insert("interactions", persons.SelectMany(p => p.Facts.Items("interactions").Select((happened, i) => new object?[]
        {
            p.Id, p.Id * 100 + i, happened.Text("channel"), happened.Text("kind"), happened.AtMs,
            happened.Text("properties.page") is { Length: > 0 } page ? new Dictionary<string, string> { ["page"] = page } : [],
        })));
        // Rows of nobody's: a guest's orders, and events of a person who is not there any more.
        await database.Insert("orders", new long[] { 0, 999_999 }.Select(person => new object?[]
        {
            person, person + 1, "tmall", "", "", "sale", "paid", "CNY", asked.AtMs - 1, asked.AtMs - 1, null, null, 1, 0, 0, 0, 0, 0, 100,
        }));
    }

    private static object?[] Entry(long person, long number, string ledger, long spendable) =>
        [person, person * 100 + number, ledger, "adjust", 0, 0, 0L, spendable, 0L, ConditionGenerator.Asked.AtMs - 1];

    private static IReadOnlyList<IFacts> AllOrders(Facts facts) => facts.Items("every order") is { Count: > 0 } every ? every : facts.Items("purchases");
}
