using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Offers.Auditing;
using Danke.Offers.Taking;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Audits;
using Danke.Platform.Books;
using FsCheck;
using FsCheck.Fluent;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Offers;

public sealed class OfferDoorTests
{
    private const string Half = """{"name":"half","title":"甲","title_en":"A","zone":"Asia/Shanghai","currency":"CNY","discount":{"percent":50,"most_minor":300},"limits":{"uses":4,"budget_minor":700},"over_budget":"partial"}""";
    private const string Spring = """{"name":"spring","title":"乙","title_en":"B","zone":"Asia/Shanghai","currency":"CNY","discount":{"amount_minor":100},"code":{"kind":"shared","code":"SPRING"},"limits":{"uses_per_person":1,"budget_minor":250}}""";
    private const string Mine = """{"name":"mine","title":"丙","title_en":"C","zone":"Asia/Shanghai","currency":"CNY","discount":{"amount_minor":150},"code":{"kind":"personal"},"limits":{"coupons":5,"uses":3},"validity":{"days_after_issuing":200}}""";

    private const string OverTheLimits = """
        select count(*) from offer_counts where coupons < 0 or uses < 0 or spent_minor < 0 or (offer = 'half' and (uses > 4 or spent_minor > 700)) or (offer = 'spring' and spent_minor > 250) or (offer = 'mine' and (coupons > 5 or uses > 3))
        """;

    private static readonly AuditRun Audited = new([.. OfferChecks.All.Where(c => c.Name != "offers.overdue")], TimeProvider.System);

    private static readonly Identifier[] Values = [Phone("13800000001"), Phone("13800000002"), Ouid("x1"), Ouid("x2")];

    private static readonly Vault Keys = new(new byte[32]);

    private static readonly Gen<Command> SomethingAboutOffers =
        from id in Gen.Choose(1, 200)
        from day in Gen.Choose(0, 300)
        from person in Gen.Frequency((1, Gen.Constant(0)), (6, Gen.Choose(1, 2)))
        from body in Gen.Frequency(
            (3, from grant in Gen.Elements<string?>(null, null, "g1", "g2") from offer in Gen.Frequency((8, Gen.Constant("mine")), (1, Gen.Elements("half", "none"))) select (CommandBody)new CouponIssued(offer, grant)),
            (8, from isLock in Gen.Elements(true, true, false)
                from what in Gen.Elements("half", "SPRING", "mine")
                from coupon in Gen.Choose(1, 4)
                from session in Gen.Choose(1, 4)
                from order in Gen.Elements<string?>(null, "T1", "T2")
                from basket in Gen.Elements(0L, 1L, 90L, 500L, 2_000L)
                select (CommandBody)new OfferTaken(isLock, what == "half" ? what : "", what == "mine" ? coupon : 0, what == "SPRING" ? what : "", isLock ? $"s{session}" : "", order, basket, "CNY", null)),
            (6, from step in Gen.Elements(OfferUseStep.Redeemed, OfferUseStep.Released, OfferUseStep.Reverted)
                from use in Gen.Choose(1, 12)
                from amount in Gen.Elements<long?>(null, null, 40)
                select (CommandBody)new OfferUseSettled(step, use, "", step == OfferUseStep.Reverted ? amount : null)),
            (4, from step in Gen.Elements(OfferUseStep.Redeemed, OfferUseStep.Released) from session in Gen.Choose(1, 4) select (CommandBody)new OfferUseSettled(step, 0, $"s{session}", null)),
            (1, Gen.Choose(1, 12).Select(use => (CommandBody)new LapseLock(use))))
        select Event($"o{id}", day, body) with { PersonId = person };

    private static readonly Gen<Command> SomethingElse =
        from id in Gen.Choose(1, 60)
        from day in Gen.Choose(0, 300)
        from person in Gen.Choose(1, 3)
        from count in Gen.Choose(1, 2)
        from identifiers in Gen.ArrayOf(Gen.Elements(Values), count)
        from going in Gen.ArrayOf(Gen.Elements(Values), 2)
        from order in Gen.Choose(1, 2)
        from what in Gen.Choose(0, 9)
        select what switch
        {
            0 or 1 or 2 => Event($"v{id}", day, new MemberUpdated(Profile.Empty), identifiers),
            3 or 4 => Event($"c{id}", day, Order($"T{order}", OrderStep.Closed), identifiers),
            5 => Event($"p{id}", day, Order($"T{order}", OrderStep.Completed, 5_000), identifiers),
            6 => Event($"u{id}", day, new UnitePersons(order, "user:anna", "one person")) with { PersonId = person },
            7 or 8 => Event($"d{id}", day, new DividePerson([.. going.Select(i => Keys.Key(i.Namespace, i.Scope, i.Value)).Distinct().Order()], "user:anna", "somebody else's")) with { PersonId = person },
            _ when id % 4 == 0 => Event($"e{id}", day, new ErasePerson(1, false)) with { PersonId = person },
            _ => Event($"v{id}", day, new MemberUpdated(Profile.Empty), identifiers),
        };

    private static readonly Gen<Command[]> SomeHistory =
        from size in Gen.Choose(5, 60)
        from history in Gen.ArrayOf(Gen.Frequency((3, SomethingAboutOffers), (1, SomethingElse)), size)
        select (Command[])[.. Values.Take(3).Select((v, i) => Event($"begin{i}", 0, new MemberUpdated(Profile.Empty), v)), .. history];

    private static async Task<DoorHarness> New(Dialect dialect)
    {
        var door = await DoorHarness.New(dialect);
        foreach (var (name, body) in new[] { ("half", Half), ("spring", Spring), ("mine", Mine) }) await door.Publish("offer", name, body);
        return door;
    }

    [Theory, OnBothBooks]
    public async Task A_batch_of_n_equals_n_batches_of_one_and_no_limit_is_ever_passed(Dialect dialect)
    {
        foreach (var sample in SomeHistory.Many(dialect == Dialect.Sqlite ? 120 : 15))
            await sample.Hold(async history =>
            {
                await using var one = await New(dialect);
                await using var many = await New(dialect);
                var answers = new List<Answer>();
                foreach (var command in history)
                {
                    answers.AddRange(await one.Apply(command));
                    (await one.Number(OverTheLimits)).ShouldBe(0, command.ToString());
                }

                (await many.Apply(history)).ShouldBe(answers);
                DoorHarness.Difference(await one.Dump(), await many.Dump()).ShouldBeEmpty();
                await many.Apply(history); // what was answered is answered again
                (await many.Number(OverTheLimits)).ShouldBe(0);
                (await Audited.Run(many.Books)).Checks.Where(c => c.Differences > 0).Select(c => $"{c.Name}: {string.Join("; ", c.First)}").ShouldBeEmpty();
                foreach (var table in new[] { "coupons", "offer_uses" })
                    (await many.Number($"select count(*) from {table} t join identifiers i on i.identifier_key = t.via_key where t.person_id <> i.person_id")).ShouldBe(0, table);
            });
    }

    [Fact]
    public async Task Two_nodes_on_one_database_share_limits_and_budgets_to_the_last()
    {
        await using var one = await New(Dialect.Postgres);
        await using var other = one.AnotherNode();
        await one.Publish("offer", "shared", """{"name":"shared","title":"丁","title_en":"D","zone":"Asia/Shanghai","currency":"CNY","discount":{"amount_minor":7},"limits":{"uses":60,"budget_minor":400},"over_budget":"partial"}""");
        await one.Publish("offer", "few", """{"name":"few","title":"戊","title_en":"E","zone":"Asia/Shanghai","currency":"CNY","discount":{"amount_minor":7},"code":{"kind":"personal"},"limits":{"coupons":50}}""");
        await one.Apply(Event("ann", 0, new MemberUpdated(Profile.Empty), Values[0]));
        var answers = new List<Answer>();
        for (var round = 0; round < 10; round++)
        {
            Command[] Of(string node) => [.. Enumerable.Range(0, 10).SelectMany(i => new[]
            {
                Event($"{node}{round}/use{i}", 1, new OfferTaken(false, "shared", 0, "", "", null, 500, "CNY", null)),
                Event($"{node}{round}/issue{i}", 1, new CouponIssued("few", null)) with { PersonId = 1 },
            })];
            answers.AddRange((await Task.WhenAll(one.ApplyWithRetries(Of("a")), other.ApplyWithRetries(Of("b")))).SelectMany(a => a));
        }

        // 57 uses of 7 are 399; the last one gets what is left.
        answers.GroupBy(a => a.Code ?? "applied").ToDictionary(g => g.Key, g => g.Count()).ShouldBe(
            new Dictionary<string, int> { ["applied"] = 58 + 50, ["budget_exceeded"] = 142, ["coupons_exhausted"] = 150 }, ignoreOrder: true);
        (await one.Number("select spent_minor from offer_counts where offer = 'shared'")).ShouldBe(400);
        (await Audited.Run(one.Books)).Checks.Where(c => c.Differences > 0).ShouldBeEmpty();
    }
}
