using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Danke.Engines.Demo;
using NodaTime;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Demo;

public sealed class DemoGeneratorTests(DemoHistory history) : IClassFixture<DemoHistory>
{
    private static readonly DemoPlan Small = new() { Members = 200, Months = 6, Seed = 42, Disorder = 0.05 };

    [Fact]
    public void The_same_plan_is_the_same_history()
    {
        Digest(Small).ShouldBe(Digest(Small));
        Digest(Small with { Seed = 43 }).ShouldNotBe(Digest(Small));
    }

    // When this changes, every demo and every figure quoted from one changes too: say so in the changelog.
    [Fact]
    public void A_history_stays_what_it_was_over_versions_and_machines() =>
        Digest(Small).ShouldBe("D2E0082FE3C54F59");

    [Fact]
    public void The_culture_of_the_machine_makes_no_difference()
    {
        var before = Digest(Small);
        var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        strange.NumberFormat.NumberDecimalSeparator = ",";
        strange.NumberFormat.NegativeSign = "~";
        strange.DateTimeFormat.DateSeparator = "!";
        strange.DateTimeFormat.TimeSeparator = "!";
        var own = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = strange;
            Digest(Small).ShouldBe(before);
        }
        finally
        {
            CultureInfo.CurrentCulture = own;
        }
    }

    [Fact]
    public void As_many_join_as_were_asked_for()
    {
        var joined = history.Of<DemoFact.Joined>().ToList();
        joined.Count.ShouldBe(6_000);
        joined.Select(j => j.Fact.Card).Distinct().Count().ShouldBe(6_000);
        joined.ShouldAllBe(j => j.Event.AtMs >= history.Calendar.StartMs && j.Event.AtMs < history.Calendar.EndMs);
        history.Paid.Where(o => o.Person >= 6_000).Select(o => o.Person).Distinct().Count().ShouldBeInRange(700, 720);
    }

    [Theory]
    [InlineData(1, 1, 1), InlineData(3, 1, 2), InlineData(121, 2, 3)]
    public void The_smallest_brands_have_their_members_too(int members, int months, ulong seed) =>
        DemoGenerator.Generate(new DemoPlan { Members = members, Months = months, Seed = seed, Disorder = 0 })
            .Count(e => e.Fact is DemoFact.Joined).ShouldBe(members);

    [Fact]
    public void Events_come_in_the_order_in_which_they_happened()
    {
        history.Events.Zip(history.Events.Skip(1)).ShouldAllBe(pair => pair.First.AtMs <= pair.Second.AtMs);
        history.Events.ShouldAllBe(e => e.ArrivesMs == e.AtMs);
    }

    [Fact]
    public void Disorder_makes_a_share_of_the_events_late_or_double()
    {
        var told = DemoGenerator.Generate(Small with { Members = 1_000, Disorder = 0.1 }).ToList();
        told.Zip(told.Skip(1)).ShouldAllBe(pair => pair.First.ArrivesMs <= pair.Second.ArrivesMs);
        var groups = told.GroupBy(e => (e.Source, e.Id)).ToList();
        (groups.Count(g => g.Count() == 2) / (double)groups.Count).ShouldBe(0.05, 0.01);
        (groups.Count(g => g.Count() == 1 && g.First().ArrivesMs > g.First().AtMs) / (double)groups.Count).ShouldBe(0.05, 0.01);
        groups.Where(g => g.Count() == 2).ShouldAllBe(g => g.First().Fact == g.Last().Fact && g.First().AtMs == g.Last().AtMs);
        told.Zip(told.Skip(1)).Count(pair => pair.First.AtMs > pair.Second.AtMs).ShouldBeGreaterThan(told.Count / 20);
    }

    [Fact]
    public void An_event_is_named_once() =>
        history.Events.Select(e => (e.Source, e.Id)).Distinct().Count().ShouldBe(history.Events.Count);

    [Fact]
    public void Orders_go_through_their_life_in_order()
    {
        var lives = history.Of<DemoFact.OrderStepped>().GroupBy(s => (s.Event.Channel, s.Fact.Order.Number));
        string[] whole = ["Placed Paid Shipped Completed", "Paid Completed", "Placed Closed", "Placed Paid Closed", "Placed Paid Shipped Closed"];
        var finished = history.Calendar.EndMs - 20 * SalesCalendar.DayMs;
        var kinds = lives.Where(l => l.First().Event.AtMs < finished).Select(l => string.Join(' ', l.Select(s => s.Fact.Step))).Distinct();
        kinds.Order().ShouldBe(whole.Order());
    }

    [Fact]
    public void Amounts_add_up()
    {
        foreach (var order in history.Paid.Select(DemoHistory.OrderOf))
        {
            order.Payments.Sum(p => p.AmountMinor).ShouldBe(order.TotalMinor);
            order.Lines.ShouldAllBe(l => l.Quantity > 0 && l.AmountMinor > 0 && l.AmountMinor <= l.Quantity * l.Article.PriceMinor);
            order.Payments.ShouldAllBe(p => p.AmountMinor > 0);
            order.Lines.Select(l => l.Line).Distinct().Count().ShouldBe(order.Lines.Length);
        }
    }

    [Fact]
    public void Nobody_gets_back_more_than_was_paid_nor_before_it()
    {
        var paid = history.Paid.ToDictionary(o => DemoHistory.OrderOf(o).Number);
        foreach (var (told, refund) in history.Of<DemoFact.Refunded>())
        {
            var order = paid[refund.Order];
            told.AtMs.ShouldBeGreaterThan(order.AtMs);
            refund.AmountMinor.ShouldBeInRange(1, DemoHistory.OrderOf(order).TotalMinor);
            foreach (var line in refund.Lines)
                DemoHistory.OrderOf(order).Lines.ShouldContain(l => l.Line == line.Line && l.Quantity >= line.Quantity && l.AmountMinor >= line.AmountMinor);
        }
    }

    [Fact]
    public void Points_are_spent_by_members_who_have_them()
    {
        var spent = history.Of<DemoFact.PointsRedeemed>().Where(p => p.Event.Source == "points-mall").ToList();
        spent.Count.ShouldBeGreaterThan(100);
        var joined = history.Of<DemoFact.Joined>().ToDictionary(j => j.Event.Person, j => j.Event.AtMs);
        var completed = history.Of<DemoFact.OrderStepped>().Where(s => s.Fact.Step == DemoStep.Completed).ToDictionary(s => s.Fact.Order.Number);
        foreach (var (told, redemption) in spent)
        {
            var order = completed[told.Id[1..]];
            told.AtMs.ShouldBeGreaterThan(order.Event.AtMs);
            order.Event.AtMs.ShouldBeGreaterThan(joined[told.Person]);
            redemption.Points.ShouldBeInRange(50, order.Fact.Order.TotalMinor / 100 / 2);
        }
    }

    [Fact]
    public void Channels_never_take_two_persons_for_one_but_for_family_phones()
    {
        var owners = (from told in history.Events where told.Person >= 0 from id in told.Identifiers select (id, told.Person))
            .Distinct().GroupBy(x => (x.id.Namespace, x.id.Scope, x.id.Value)).ToList();
        owners.Where(g => g.Key.Namespace != "phone").ShouldAllBe(g => g.DistinctBy(x => x.Person).Count() == 1);

        var members = Enumerable.Range(0, 24_000).Select(n => new Persona(DemoHistory.Plan with { Members = 24_000 }, n, isMember: true)).ToList();
        var families = members.GroupBy(m => m.Phone).Where(g => g.Count() > 1).ToList();
        families.Select(f => f.Count()).Distinct().Order().ShouldBe([2, 3]);
        (families.Sum(f => f.Count()) / 24_000.0).ShouldBe(0.021, 0.002);
        families.ShouldAllBe(f => f.Select(m => m.Place).Distinct().Count() == 1);
    }

    [Fact]
    public void Nobody_can_be_called_or_written_to()
    {
        var values = history.Events.SelectMany(e => e.Identifiers).Distinct().ToList();
        values.Where(v => v.Namespace == "phone").ShouldAllBe(v => v.Value.Length == 11 && v.Value.StartsWith("127") && v.Value.All(char.IsAsciiDigit));
        values.Where(v => v.Namespace == "email").ShouldAllBe(v => v.Value.EndsWith("@example.com") || v.Value.EndsWith("@example.net"));
        history.Of<DemoFact.Consented>().ShouldAllBe(c => c.Fact.Point.StartsWith("127") || c.Fact.Point.Contains("@example."));
    }

    [Fact]
    public void Members_agree_and_some_withdraw()
    {
        var sms = history.Of<DemoFact.Consented>().Where(c => c.Fact.Via == "sms").GroupBy(c => c.Event.Person).ToList();
        var granted = sms.Where(g => g.First().Fact.Granted).ToList();
        (granted.Count / 6_000.0).ShouldBeInRange(0.4, 0.8);
        (granted.Count(g => !g.Last().Fact.Granted) / (double)granted.Count).ShouldBeInRange(0.03, 0.08);
        history.Of<DemoFact.Consented>().ShouldContain(c => c.Fact.Via == "email" && c.Fact.Granted);
    }

    [Fact]
    public void Persons_look_around_check_in_click_and_follow()
    {
        var kinds = history.Of<DemoFact.Interacted>().CountBy(i => i.Fact.Kind).ToDictionary();
        kinds.Keys.Order().ShouldBe(["member.checked_in", "message.clicked", "page.view", "wecom.followed"]);
        kinds.Values.Min().ShouldBeGreaterThan(100);
        history.Of<DemoFact.ProfileTold>().Count().ShouldBeInRange(1_500, 2_500);
        history.Of<DemoFact.Left>().Count().ShouldBeInRange(5, 50);
    }

    [Fact]
    public void Names_are_many_and_some_are_common()
    {
        var names = Enumerable.Range(0, 5_000).Select(n => new Persona(DemoHistory.Plan, n, isMember: true).Name).ToList();
        names.ShouldAllBe(n => n.Length >= 2 && n.Length <= 4);
        names.Distinct().Count().ShouldBeInRange(3_000, 4_900);
        names.Average(n => n[0] is '王' or '李' or '张' ? 1 : 0).ShouldBeInRange(0.2, 0.35);
    }

    [Fact]
    public void The_catalogue_is_three_hundred_different_articles_whatever_the_seed()
    {
        var articles = DemoCatalogue.Instance.Articles;
        articles.Length.ShouldBe(300);
        articles.Select(a => a.Sku).Distinct().Count().ShouldBe(300);
        articles.Select(a => a.Name).Distinct().Count().ShouldBe(300);
        articles.ShouldAllBe(a => a.PriceMinor >= 1_000 && a.PriceMinor <= 90_000);
        DemoCatalogue.Instance.Categories.Length.ShouldBe(12);
    }

    // If it were made first and told then, this would need hours and more memory than there is.
    [Fact]
    public void A_great_plan_is_told_while_it_is_made() =>
        DemoGenerator.Generate(new DemoPlan { Members = 3_000_000, Months = 120, Seed = 1 }).Take(1_000).Count().ShouldBe(1_000);

    [Fact]
    public void A_plan_may_end_today()
    {
        var plan = DemoPlan.UpTo(new LocalDate(2026, 11, 22), 100, 24, 1);
        plan.From.ShouldBe(new LocalDate(2024, 11, 22));
        var end = Instant.FromUtc(2026, 11, 21, 16, 0).ToUnixTimeMilliseconds();
        DemoGenerator.Generate(plan).Max(e => e.ArrivesMs).ShouldBeInRange(end - 4 * SalesCalendar.DayMs, end - 1);
    }

    [Fact]
    public void Plans_that_cannot_be_are_refused_with_the_reason()
    {
        (Small with { Members = 0 }).Fault()!.ShouldStartWith("members");
        (Small with { Months = 121 }).Fault()!.ShouldStartWith("months");
        (Small with { Disorder = double.NaN }).Fault()!.ShouldStartWith("disorder");
        (Small with { From = new LocalDate(1985, 1, 1) }).Fault()!.ShouldStartWith("the first day");
        Small.Fault().ShouldBeNull();
        Should.Throw<ArgumentException>(() => DemoGenerator.Generate(Small with { Members = -1 }).First());
    }

    private static string Digest(DemoPlan plan)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var told in DemoGenerator.Generate(plan)) hash.AppendData(Encoding.UTF8.GetBytes(Line(told)));
        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }

    private static string Line(DemoEvent told) => string.Create(CultureInfo.InvariantCulture,
        $"{told.Person} {told.AtMs} {told.ArrivesMs} {told.Source} {told.Id} {told.Channel} {told.Shop} {string.Join(' ', told.Identifiers.Select(i => $"{i.Namespace}@{i.Scope}={i.Value}"))} {What(told.Fact)}\n");

    private static string What(DemoFact fact) => fact switch
    {
        DemoFact.OrderStepped s => $"{s.Step} {s.Order.Number} {s.Order.TotalMinor} {string.Join(' ', s.Order.Lines.Select(l => $"{l.Article.Sku} {l.Quantity} {l.AmountMinor}"))}",
        DemoFact.Refunded r => $"{r.Refund} {r.AmountMinor} {r.Lines.Length} {r.Reason}",
        DemoFact.Joined j => $"{j.Card} {j.Profile.Name} {j.Profile.Gender} {j.Profile.Birthday}",
        DemoFact.ProfileTold p => $"{p.Profile.Name} {p.Profile.Birthday} {p.Profile.City} {p.Profile.SkinType}",
        DemoFact.Interacted i => $"{i.Kind} {string.Join(' ', i.Properties.Select(p => $"{p.Key}={p.Value}"))}",
        DemoFact.Consented c => $"{c.Via} {c.Point} {c.Granted}",
        DemoFact.PointsRedeemed r => $"redeemed {r.Points} {r.Reason}",
        DemoFact.PointsAdjusted a => $"{(a.Points < 0 ? "minus" : "plus")} {Math.Abs(a.Points)} {a.Reason}",
        DemoFact.Left l => l.Reason,
        _ => throw new ArgumentOutOfRangeException(nameof(fact)),
    };
}
