using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Earning;

public sealed class EarningTests
{
    // 28 May 2026, 12:00 in Shanghai: a Thursday.
    private static readonly long Day28 = new DateTimeOffset(2026, 5, 28, 4, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static readonly Buyer Ann = new("silver", 0, BirthMonth: 5, NthOrder: 1);

    private static JsonNode Document(string earn) => JsonNode.Parse($$"""
        {"name":"default","title":"Club","zone":"Asia/Shanghai","currency":"CNY","earn":{{earn}},"validity":{"months":12},"growth":{"points":1,"each_minor":100},
         "tiers":[{"name":"silver","title":"Silver","from":0,"earn_percent":100},{"name":"gold","title":"Gold","from":1000,"earn_percent":150}]}
        """)!;

    private static LoyaltyProgram With(string rules, string beside = "") =>
        ProgramDocument.Read(Document($$"""{"rate":{"points":1,"each_minor":100}{{beside}},"rules":[{{rules}}]}"""), 7);

    private static Purchase Basket(params (string Category, long Amount)[] lines) => new()
    {
        Currency = "CNY",
        AtMs = Day28,
        Lines = [.. lines.Select((l, i) => new PurchaseLine($"{i + 1}", $"S{i + 1}", l.Category, 1, l.Amount))],
        TotalMinor = lines.Sum(l => l.Amount),
    };

    private static string Gains(LoyaltyProgram program, Purchase purchase, Buyer? buyer = null) =>
        string.Join(", ", Earnings.Of(program, purchase, buyer ?? Ann).Where(g => g.Points != 0).Select(g => $"{g.Rule} {g.Points}"));

    [Theory]
    [InlineData("""{"name":"d","title":"Member day","where":"day_of_month = 28","gives":{"percent":200}}""", "base 100, d 100")]
    [InlineData("""{"name":"d","title":"Another day","where":"day_of_month = 8","gives":{"percent":200}}""", "base 100")]
    [InlineData("""{"name":"d","title":"Month's end","where":"days_to_month_end = 3 and weekday = 4 and hour = 12","gives":{"points":5}}""", "base 100, d 5")]
    [InlineData("""{"name":"d","title":"Birthday","where":"is_birth_month","gives":{"percent":150}}""", "base 100, d 50")]
    [InlineData("""{"name":"d","title":"First","where":"is_first_order and nth_order = 1","gives":{"points":50}}""", "base 100, d 50")]
    [InlineData("""{"name":"d","title":"Tier","where":"tier = \"gold\"","gives":{"points":50}}""", "base 100")]
    [InlineData("""{"name":"d","title":"Skincare","on":"line","where":"category = \"skin\"","gives":{"percent":300}}""", "base 100, d 120")]
    [InlineData("""{"name":"d","title":"Not tobacco","on":"line","where":"category = \"smoke\"","gives":{"percent":0}}""", "base 100, d -40")]
    [InlineData("""{"name":"d","title":"By line","on":"line","where":"sku = \"S1\" and line_amount_minor >= 6000","gives":{"rate":{"points":1,"each_minor":1000}}}""", "base 100, d 6")]
    [InlineData("""{"name":"d","title":"Piece","on":"line","gives":{"points":3}}""", "base 100, d 6")]
    [InlineData("""{"name":"d","title":"Amount","where":"amount_minor >= 10000 and count(lines where category = \"skin\") >= 1","gives":{"points":9}}""", "base 100, d 9")]
    [InlineData("""{"name":"d","title":"Window","from":"2026-05-28","until":"2026-05-28","gives":{"points":9}}""", "base 100, d 9")]
    [InlineData("""{"name":"d","title":"Over","until":"2026-05-27","gives":{"points":9}}""", "base 100")]
    [InlineData("""{"name":"d","title":"Days","where":"at from 2026-05-28 before 2026-05-29","gives":{"points":9}}""", "base 100, d 9")]
    public void Each_kind_of_rule_says_what_it_gave(string rule, string gains) => Gains(With(rule), Basket(("skin", 6_000), ("smoke", 4_000))).ShouldBe(gains);

    [Theory]
    [InlineData("", "base 100, a 100, b 200")]
    [InlineData(",\"multipliers\":\"multiply\"", "base 100, a 100, b 400")]
    [InlineData(",\"stacking\":\"best\"", "base 100, b 200")]
    public void Multipliers_add_or_multiply_and_the_best_may_be_all_that_counts(string beside, string gains) =>
        Gains(With("""{"name":"a","title":"A","gives":{"percent":200}},{"name":"b","title":"B","gives":{"percent":300}}""", beside), Basket(("x", 10_000))).ShouldBe(gains);

    [Fact]
    public void Of_a_group_the_highest_priority_counts_then_the_most_points()
    {
        Gains(With("""{"name":"a","title":"A","group":"g","gives":{"points":5}},{"name":"b","title":"B","group":"g","gives":{"points":9}}"""), Basket(("x", 100))).ShouldBe("base 1, b 9");
        Gains(With("""{"name":"a","title":"A","group":"g","priority":1,"gives":{"points":5}},{"name":"b","title":"B","group":"g","gives":{"points":9}}"""), Basket(("x", 100)))
            .ShouldBe("base 1, a 5");
    }

    [Fact]
    public void Tiers_raise_the_rate_and_those_rules_that_say_so()
    {
        var program = With("""{"name":"a","title":"A","gives":{"rate":{"points":1,"each_minor":100},"by_tier":true}},{"name":"b","title":"B","gives":{"rate":{"points":1,"each_minor":100}}}""");
        Gains(program, Basket(("x", 10_000)), Ann with { Tier = "gold" }).ShouldBe("base 150, a 150, b 100");
    }

    [Fact]
    public void A_line_keeps_its_share_of_the_discount_and_gives_back_its_share_of_the_points()
    {
        // A 60 + B 40, 20 off: 80 points, of which A 48 and B 32.
        var program = With("""{"name":"n","title":"None","where":"hour = 3","gives":{"points":1}}""");
        var order = Basket(("a", 6_000), ("b", 4_000)) with { DiscountMinor = 2_000, TotalMinor = 8_000 };
        Quote.Of(program, order, Ann, _ => default).Lines.ShouldBe([48, 32]);
        Gains(program, order with { RefundedMinor = 4_800, Returned = [new ReturnedLine("1", "", 1, 6_000)] }).ShouldBe("base 32");
    }

    [Fact]
    public void A_returned_line_takes_what_its_own_rules_gave()
    {
        var program = With("""{"name":"d","title":"Skincare","on":"line","where":"category = \"skin\"","gives":{"percent":200}}""");
        var order = Basket(("skin", 6_000), ("other", 4_000));
        Gains(program, order).ShouldBe("base 100, d 60");
        Gains(program, order with { RefundedMinor = 4_000, Returned = [new ReturnedLine("", "S2", 1, 4_000)] }).ShouldBe("base 60, d 60");
        Gains(program, order with { RefundedMinor = 6_000, Returned = [new ReturnedLine("1", "", 1, 0)] }).ShouldBe("base 40");
        Gains(program, order with { RefundedMinor = 5_000 }).ShouldBe("base 50, d 30"); // of which line nobody says: of each its share
    }

    [Theory]
    [InlineData("\"per_order\":120", 0, 120)]
    [InlineData("\"per_day\":130", 10, 120)]
    [InlineData("\"per_year\":40", 10, 30)]
    [InlineData("\"budget\":15", 10, 5)]
    [InlineData("\"per_month\":5", 10, 0)]
    public void Caps_of_all_rules_are_borne_by_the_last_rule_first(string caps, long used, long points)
    {
        var program = With("""{"name":"d","title":"D","gives":{"percent":200}}""", $$""","caps":{{{caps}}}""");
        var gains = Earnings.Of(program, Basket(("x", 10_000)), Ann);
        var given = Capping.Apply(program, gains, [], _ => new CapUse(used, used, used, used, used, 1, 1, 1));
        given.Sum(g => g.Points).ShouldBe(points);
        given[0].Points.ShouldBe(Math.Min(100, points));
    }

    [Theory]
    [InlineData("""{"rate":{"points":1,"each_minor":100},"rules":[{"name":"base","title":"B","gives":{"points":1}}]}""", "$.earn.rules[0].name")]
    [InlineData("""{"rate":{"points":1,"each_minor":100},"rules":[{"name":"a","title":"B","gives":{}}]}""", "$.earn.rules[0].gives")]
    [InlineData("""{"rate":{"points":1,"each_minor":100},"rules":[{"name":"a","title":"B","where":"color = \"red\"","gives":{"points":1}}]}""", "$.earn.rules[0].where")]
    [InlineData("""{"rate":{"points":1,"each_minor":100},"rules":[{"name":"a","title":"B","where":{"all":["hour = 1","sku = \"x\""]},"gives":{"points":1}}]}""", "$.earn.rules[0].where.all[1]")]
    [InlineData("""{"rate":{"points":1,"each_minor":100},"rules":[{"name":"a","title":"B","on":"interaction","types":["x"],"gives":{"percent":200}}]}""", "$.earn.rules[0].gives")]
    [InlineData("""{"rate":{"points":1,"each_minor":100},"rounding":"per_refund","caps":{"per_day":1}}""", "$.earn.rounding")]
    [InlineData("""{"rate":{"points":1,"each_minor":100},"caps":{"times_per_day":1}}""", "$.earn.caps")]
    public void What_is_wrong_is_said_with_its_path(string earn, string path) => ProgramDocument.TryRead(Document(earn), out _).ShouldContain(p => p.Path == path);

    [Theory]
    [InlineData("""{"rate":{"points":1,"each_minor":100},"rulez":[]}""", "$.earn.rulez", "There is no field 'rulez' here.")]
    [InlineData("""{"rate":{"points":1}}""", "$.earn.rate", "Missing: each_minor.")]
    [InlineData("""{"rate":{"points":"many","each_minor":100}}""", "$.earn.rate.points", "This value does not fit here: another kind of value, or another word, is wanted.")]
    [InlineData("""{"rate":{"points":1,"each_minor":100},"rules":[null]}""", "$.earn.rules[0]", "Nothing stands here.")]
    public void What_cannot_be_read_is_said_in_words_of_the_document(string earn, string path, string message) =>
        ProgramDocument.TryRead(Document(earn), out _).ShouldBe([new DefinitionProblem(path, message)]);

    private static readonly Gen<string> SomeRule =
        from kind in Gen.Elements("\"percent\":200", "\"percent\":0", "\"percent\":9999", "\"points\":7", "\"points\":1000000000000", "\"rate\":{\"points\":3,\"each_minor\":700}",
            "\"rate\":{\"points\":1000000,\"each_minor\":1},\"by_tier\":true", "\"rate\":{\"points\":1,\"each_minor\":100},\"base\":\"before_discount\"")
        from target in Gen.Elements("order", "line")
        from holds in Gen.Elements("everyone", "is_birth_month", "amount_minor >= 5000", "weekday = 4", "nth_order >= 2")
        from line in Gen.Elements("", " and category = \\\"a\\\"", " and quantity >= 2")
        from cap in Gen.Elements("", ",\"caps\":{\"per_order\":40}", ",\"caps\":{\"per_day\":60}", ",\"caps\":{\"per_person\":90,\"budget\":70}")
        from beside in Gen.Elements("", ",\"group\":\"g\"", ",\"group\":\"g\",\"priority\":3", ",\"priority\":-1")
        select $$$"""{"on":"{{{target}}}","where":"{{{holds}}}{{{(target == "line" ? line : "")}}}","gives":{{{{kind}}}}{{{cap}}}{{{beside}}},"title":"T","name":"N"}""";

    private static readonly Gen<LoyaltyProgram> SomeProgram =
        from count in Gen.Choose(0, 5)
        from rules in Gen.ArrayOf(SomeRule, count)
        from beside in Gen.Elements("", ",\"stacking\":\"best\"", ",\"multipliers\":\"multiply\"", ",\"with_shipping\":true", ",\"base\":\"before_discount\"")
        from caps in Gen.Elements("", ",\"caps\":{\"per_order\":150}", ",\"caps\":{\"per_month\":200,\"per_person\":210}")
        select With(string.Join(',', rules.Select((r, i) => r.Replace("\"name\":\"N\"", $"\"name\":\"r{i}\""))), beside + caps);

    private static readonly Gen<Purchase> SomePurchase =
        from count in Gen.Choose(1, 4)
        from lines in Gen.ArrayOf(from category in Gen.Elements("a", "b") from amount in Gen.Elements(0L, 1L, 999L, 5_000L, 12_345L, 900_000_000_000L) from quantity in Gen.Choose(1, 3) select (category, amount, quantity), count)
        from shipping in Gen.Elements(0L, 800L)
        from discount in Gen.Elements(0L, 0L, 300L)
        let sum = lines.Sum(l => l.amount) + shipping
        let off = Math.Min(discount, sum)
        select new Purchase
        {
            Currency = "CNY",
            AtMs = Day28,
            Lines = [.. lines.Select((l, i) => new PurchaseLine($"{i + 1}", $"S{i + 1}", l.category, l.quantity, l.amount))],
            ShippingMinor = shipping,
            DiscountMinor = off,
            TotalMinor = sum - off,
        };

    private static Purchase Refund(Purchase p, IEnumerable<(int Line, long Amount)> parts)
    {
        foreach (var (line, wanted) in parts)
        {
            var amount = Math.Min(wanted, p.TotalMinor - p.RefundedMinor);
            p = p with { RefundedMinor = p.RefundedMinor + amount, Returned = line == 0 || line > p.Lines.Length ? p.Returned : p.Returned.Add(new ReturnedLine($"{line}", "", 0, Math.Max(1, amount))) };
        }
        return p;
    }

    private static readonly Gen<(int, long)[]> SomeRefunds =
        Gen.ArrayOf(from line in Gen.Choose(0, 4) from amount in Gen.Elements(1L, 500L, 999L, 4_000L, 20_000L) select (line, amount), 5);

    private static readonly Arbitrary<(LoyaltyProgram Program, Purchase Purchase, (int, long)[] Refunds)> Orders =
        (from program in SomeProgram from purchase in SomePurchase from refunds in SomeRefunds select (program, purchase, refunds)).ToArbitrary();

    [Fact]
    public void No_program_throws_and_what_is_returned_in_full_earned_nothing() =>
        Prop.ForAll(Orders, o =>
        {
            var half = Refund(o.Purchase, o.Refunds);
            Earnings.Of(o.Program, half, Ann).Sum(g => g.Points).ShouldBeGreaterThanOrEqualTo(0);
            Earnings.Of(o.Program, half with { RefundedMinor = half.TotalMinor }, Ann).Sum(g => g.Points).ShouldBe(0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Refunds_in_any_order_end_the_same() =>
        Prop.ForAll(Orders, o =>
        {
            var whole = o.Refunds.TakeWhile((_, i) => o.Refunds.Take(i + 1).Sum(r => r.Item2) <= o.Purchase.TotalMinor).ToArray();
            var forth = Refund(o.Purchase, whole);
            var back = Refund(o.Purchase, whole.Reverse());
            Gains(o.Program, forth).ShouldBe(Gains(o.Program, back));
        }).QuickCheckThrowOnFailure();

    // One member's orders one after the other, each refunded in parts: the caps are never passed, and parts end as the sum of them does.
    [Fact]
    public void Caps_are_never_passed_and_refunds_in_parts_end_as_one() =>
        Prop.ForAll((from program in SomeProgram from orders in Gen.ArrayOf(SomePurchase, 4) from refunds in SomeRefunds select (program, orders, refunds)).ToArbitrary(), o =>
        {
            var given = new List<ImmutableArray<Given>>();
            foreach (var order in o.orders) given.Add(Judge(o.program, order, [], given));
            var parts = given[0];
            var others = given.Skip(1).ToList();
            for (var i = 1; i <= o.refunds.Length; i++) parts = Judge(o.program, Refund(o.orders[0], o.refunds.Take(i)), parts, others);
            var once = Judge(o.program, Refund(o.orders[0], o.refunds), given[0], others);
            if (!MaySwitch(o.program)) parts.Sum(g => g.Points).ShouldBe(once.Sum(g => g.Points));
            parts.Sum(g => g.Points).ShouldBeLessThanOrEqualTo(Math.Max(given[0].Sum(g => g.Points), once.Sum(g => g.Points)));
            Judge(o.program, o.orders[0] with { RefundedMinor = o.orders[0].TotalMinor }, parts, others).Sum(g => g.Points).ShouldBe(0);
            foreach (var rule in o.program.Earn.Rules)
                if (rule.Caps is { } caps)
                    given.Sum(all => all.Where(g => g.Rule == rule.Name).Sum(g => Math.Max(0, g.Points)))
                        .ShouldBeLessThanOrEqualTo(Math.Min(caps.PerDay ?? long.MaxValue, Math.Min(caps.PerPerson ?? long.MaxValue, caps.Budget ?? long.MaxValue)));
            if (o.program.Earn.Caps?.PerMonth is { } month) given.Sum(all => all.Sum(g => g.Points)).ShouldBeLessThanOrEqualTo(month);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    // A refund may make another rule of a group, or another best one, give for the first time: how much a cap on all rules leaves for that
    // hangs on what the others had been given back by then (docs/loyalty.md, "Earn rules").
    private static bool MaySwitch(LoyaltyProgram program) =>
        program.Earn.Caps is not null && (program.Earn.Stacking == Stacking.Best || program.Earn.Rules.Any(r => r.Group is not null));

    private static ImmutableArray<Given> Judge(LoyaltyProgram program, Purchase purchase, IReadOnlyList<Given> before, List<ImmutableArray<Given>> others) =>
        Capping.Apply(program, Earnings.Of(program, purchase, Ann), before, rule =>
        {
            var used = others.Sum(all => all.Where(g => rule.Length == 0 || g.Rule == rule).Sum(g => g.Points));
            return new CapUse(used, used, used, used, used, 0, 0, 0);
        });
}
