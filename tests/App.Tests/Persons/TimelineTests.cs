using System.Collections.Immutable;
using System.Net;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Persons;

public sealed class TimelineTests(Brand brand) : IClassFixture<Brand>
{
    private static InteractionHappened Saw(string page) => new("page.view", ImmutableSortedDictionary<string, string>.Empty.Add("page", page));

    private static async Task<long> Life(BrandOn on, string number)
    {
        var phone = Phone("138" + number);
        var person = await on.Happens(0, Join(), phone);
        await on.Happens(1, Saw("/a"), phone);
        await on.Happens(2, Order("T" + number, OrderStep.Paid, 30_000), phone);
        await on.Happens(3, Order("T" + number, OrderStep.Completed), phone);
        await on.Happens(4, new ConsentChanged(ContactChannel.Sms, "marketing", "", true, "form"), phone);
        await on.Happens(5, Refund("R" + number, "T" + number, 10_000), phone);
        return person;
    }

    [Theory, OnBothBooks]
    public async Task Everything_that_happened_is_told_newest_first_with_its_reason(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await Life(on, "00003001");

        var lines = (await on.Get($"persons/{person}/timeline")).Items();

        lines.Select(l => l.GetProperty("at").GetDateTimeOffset()).ShouldBeInOrder(SortDirection.Descending);
        lines.Select(l => l.Text("title_code")).ShouldBe(
        [
            "order.refunded", "points.claw_back", "points.claw_back", "consent.granted", "order.completed", "points.activate", "points.activate", "tier.changed",
            "order.paid", "points.earn_pending", "interaction.happened", "identity.seen", "member.joined",
        ], ignoreOrder: false);
        var earned = lines.Single(l => l.Text("title_code") == "points.earn_pending");
        earned.Text("reason").ShouldBe("+300 points pending: order T00003001, rule 'order 1/100 ×100% silver, default v1', version 1");
        var data = earned.GetProperty("data");
        (data.Number("pending"), data.Text("number"), data.Number("program_version")).ShouldBe((300, "T00003001", 1));
        lines.Single(l => l.Text("title_code") == "tier.changed").GetProperty("data").Text("to").ShouldBe("gold");
        lines.Single(l => l.Text("title_code") == "order.refunded").GetProperty("data").Number("amount_minor").ShouldBe(10_000);
        lines.Select(l => l.Text("id")).ShouldBeUnique();
    }

    [Theory, OnBothBooks]
    public async Task Kinds_narrow_it(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await Life(on, "00003002");

        (await on.Get($"persons/{person}/timeline?kinds=order")).Items().Select(l => l.Text("title_code")).ShouldBe(["order.refunded", "order.completed", "order.paid"]);
        (await on.Get($"persons/{person}/timeline?kinds=interaction,member")).Items().Select(l => l.Text("kind")).ShouldBe(["interaction", "member"]);
        (await on.Get($"persons/{person}/timeline?kinds=message")).Items().ShouldBeEmpty();
        (await on.Client.GetAsync($"v1/persons/{person}/timeline?kinds=gossip").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("unknown_kind");
    }

    [Theory]
    [OnBothBooks(1)]
    [OnBothBooks(3)]
    [OnBothBooks(7)]
    public async Task Pages_of_any_size_make_the_whole_even_when_all_happened_at_one_instant(Dialect dialect, int limit)
    {
        await using var own = new Brand();
        var on = await own.On(dialect);
        var phone = Phone("13800003003");
        var person = await on.Happens(0, Join(), phone);
        for (var i = 0; i < 12; i++)
        {
            await on.Happens(0, Saw($"/{i}"), phone);
            await on.Happens(0, Order($"I{i}", i % 2 == 0 ? OrderStep.Paid : OrderStep.Completed, 1_000), phone);
        }
        await on.Happens(0, Refund("IR", "I0", 500), phone);
        var whole = (await on.Get($"persons/{person}/timeline?limit=500")).Items().Select(l => l.Text("id")).ToList();

        var later = 0;
        var (lines, _) = await on.Walk($"persons/{person}/timeline", limit, async () => await on.Happens(1 + later++, Saw("/later"), phone));

        lines.Select(l => l.Text("id")).ShouldBe(whole);
        whole.Count.ShouldBeGreaterThan(40);
        whole.ShouldBeUnique();
    }

    [Theory, OnBothBooks]
    public async Task A_cursor_of_another_list_is_refused(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await Life(on, "00003004");
        var other = (await on.Get($"persons/{person}/points?limit=1")).Text("next");

        (await on.Client.GetAsync($"v1/persons/{person}/timeline?cursor={other}").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_cursor");
        (await on.Client.GetAsync($"v1/persons/{person}/timeline?cursor=WyJ4IiwieSIsInoiXQ").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_cursor");
    }
}
