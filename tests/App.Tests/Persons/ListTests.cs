using System.Net;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Persons;

public sealed class ListTests(Brand brand) : IClassFixture<Brand>
{
    private static int phones = 13900000;

    private static Identifier NewPhone() => Phone($"138{Interlocked.Increment(ref phones):D8}");

    private static MemberUpdated In(string city, string province = "浙江") => new(new Profile { City = city, Province = province });

    [Theory, OnBothBooks]
    public async Task A_line_says_who_what_card_and_how_much(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = NewPhone();
        var person = await on.Happens(0, new MemberJoined("", null, new Profile { Name = "林小满", City = "一行市", Province = "浙江" }), phone);
        await on.Happens(1, "store", Order("L1", OrderStep.Completed, 30_000), phone);
        await on.Happens(2, Order("L2", OrderStep.Paid, 5_000), phone);
        await on.Happens(3, Refund("LR2", "L2", 1_000), phone);

        var line = (await on.Get("persons?city=一行市")).Items().Single();

        line.Number("person_id").ShouldBe(person);
        line.Text("name").ShouldBe("林小满");
        line.Items("channels").Select(c => c.GetString()).ShouldBe(["store", "tmall"]);
        (line.Text("tier"), line.Text("tier_title"), line.Number("points_spendable")).ShouldBe(("gold", "Gold", 300));
        (line.Number("orders"), line.Number("spent_minor"), line.Text("currency")).ShouldBe((2, 34_000, "CNY"));
        line.GetProperty("last_seen").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 1, 4, 0, 0, 0, TimeSpan.Zero));
        line.GetProperty("joined_at").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Theory, OnBothBooks]
    public async Task Names_and_cards_are_masked_for_who_may_not_see_them(Dialect dialect)
    {
        var on = await brand.On(dialect);
        await on.Happens(0, new MemberJoined("", "SECRET-CARD-77", new Profile { Name = "何不见", City = "遮市" }), NewPhone());

        var line = (await (await on.Analyst()).GetJson("v1/persons?city=遮市")).Items().Single();

        line.Text("name").ShouldBe("何**");
        line.Text("card").ShouldBe("SE***77");
        line.GetRawText().ShouldNotContain("不见");
    }

    [Theory, OnBothBooks]
    public async Task Conditions_of_several_modules_narrow_together(Dialect dialect)
    {
        var on = await brand.On(dialect);
        NewPhone();
        var (gold, silver, guest, other) = (NewPhone(), NewPhone(), NewPhone(), NewPhone());
        var goldId = await on.Happens(0, new MemberJoined("", null, new Profile { City = "窄市" }), gold);
        await on.Happens(1, "jd", Order("N1", OrderStep.Completed, 25_000), gold);
        var silverId = await on.Happens(10, new MemberJoined("", null, new Profile { City = "窄市" }), silver);
        var guestId = await on.Happens(20, In("窄市", "江苏"), guest);
        await on.Happens(0, new MemberJoined("", null, new Profile { City = "宽市" }), other);

        (await on.Get("persons?city=窄市")).Ids().ShouldBe([guestId, silverId, goldId]);
        (await on.Get("persons?city=窄市&member=true")).Ids().ShouldBe([silverId, goldId]);
        (await on.Get("persons?city=窄市&member=false")).Ids().ShouldBe([guestId]);
        (await on.Get("persons?city=窄市&tier=gold")).Ids().ShouldBe([goldId]);
        (await on.Get("persons?city=窄市&channel=jd")).Ids().ShouldBe([goldId]);
        (await on.Get("persons?city=窄市&province=江苏")).Ids().ShouldBe([guestId]);
        (await on.Get("persons?city=窄市&joined_from=2026-01-11&joined_to=2026-01-11")).Ids().ShouldBe([silverId]);
        (await on.Get("persons?city=窄市&last_seen_from=2026-01-02&last_seen_to=2026-01-11")).Ids().ShouldBe([silverId, goldId]);
        (await on.Get("persons?city=窄市&tier=gold&member=true&channel=tmall&joined_to=2026-02-01")).Ids().ShouldBe([goldId]);
        (await on.Get("persons?tier=gold&channel=douyin")).Ids().ShouldBeEmpty();
        (await on.Get("persons?city=窄市&tier=gold")).Number("total").ShouldBe(1);
    }

    [Theory, OnBothBooks]
    public async Task Sorting_is_by_seen_joined_spent_orders_or_points(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var (a, b, c) = (NewPhone(), NewPhone(), NewPhone());
        var first = await on.Happens(2, new MemberJoined("", null, new Profile { City = "序市" }), a);
        var second = await on.Happens(1, new MemberJoined("", null, new Profile { City = "序市" }), b);
        var third = await on.Happens(30, In("序市"), c);
        await on.Happens(3, Order("S1", OrderStep.Paid, 10_000), a);
        await on.Happens(4, Order("S2", OrderStep.Completed, 4_000), b);
        await on.Happens(5, Order("S3", OrderStep.Paid, 4_000), b);

        (await on.Get("persons?city=序市")).Ids().ShouldBe([third, second, first]);
        (await on.Get("persons?city=序市&sort=last_seen")).Ids().ShouldBe([third, second, first]);
        (await on.Get("persons?city=序市&sort=joined")).Ids().ShouldBe([first, second]);
        (await on.Get("persons?city=序市&sort=spent")).Ids().ShouldBe([first, second]);
        (await on.Get("persons?city=序市&sort=orders")).Ids().ShouldBe([second, first]);
        (await on.Get("persons?city=序市&sort=points")).Ids().ShouldBe([second, first]);
        (await on.Client.GetAsync("v1/persons?sort=name").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("unknown_sort");
    }

    [Theory]
    [OnBothBooks("last_seen", "")]
    [OnBothBooks("joined", "")]
    [OnBothBooks("spent", "")]
    [OnBothBooks("orders", "")]
    [OnBothBooks("points", "")]
    [OnBothBooks("last_seen", "&city=页市")]
    [OnBothBooks("spent", "&city=页市")]
    [OnBothBooks("last_seen", "&province=页省")]
    [OnBothBooks("spent", "&channel=douyin")]
    [OnBothBooks("joined", "&member=true")]
    public async Task Pages_repeat_nobody_and_leave_out_nobody_while_others_come_in(Dialect dialect, string sort, string conditions)
    {
        await using var own = new Brand();
        var on = await own.On(dialect);
        var wanted = new List<long>();
        for (var i = 0; i < 7; i++)
        {
            var phone = NewPhone();
            // Several share each value, so that only the number tells them apart.
            wanted.Add(await on.Happens(10 + i / 3, "douyin", new MemberJoined("", null, new Profile { City = "页市", Province = "页省" }), phone));
            await on.Happens(10 + i / 3, "douyin", Order($"P{i}", OrderStep.Paid, 1_000 * (i / 3)), phone);
        }

        var (items, pages) = await on.Walk($"persons?sort={sort}{conditions}", 2, async () =>
        {
            var late = NewPhone();
            await on.Happens(100, "douyin", new MemberJoined("", null, new Profile { City = "页市", Province = "页省" }), late);
            await on.Happens(100, "douyin", Order($"late{wanted[0]}{phones}", OrderStep.Paid, 90_000), late);
            await on.Happens(100, "douyin", Order($"later{wanted[0]}{phones}", OrderStep.Completed, 90_000), late);
        });

        var read = items.Select(i => i.Number("person_id")).ToList();
        read.ShouldBeUnique();
        read.Where(wanted.Contains).Order().ShouldBe(wanted.Order());
        pages.ShouldBeGreaterThan(3);
    }

    [Theory]
    [OnBothBooks("last_seen")]
    [OnBothBooks("joined")]
    [OnBothBooks("spent")]
    [OnBothBooks("orders")]
    [OnBothBooks("points")]
    public async Task The_few_who_meet_a_condition_are_found_behind_the_many_who_do_not(Dialect dialect, string sort)
    {
        await using var own = new Brand();
        var on = await own.On(dialect);
        var crowd = Enumerable.Range(0, 1_300).Select(i => (i, Phone: NewPhone(), Rare: i < 7)).ToList();
        var ids = await on.Happen(crowd.Select(p => (p.Rare ? 1 : 50.0 + p.i / 10, p.Rare ? "douyin" : "tmall", (CommandBody)Join(), new[] { p.Phone })));
        await on.Happen(crowd.Select(p => (p.Rare ? 2 : 300.0, p.Rare ? "douyin" : "tmall", (CommandBody)Order($"F{p.i}", OrderStep.Completed, p.Rare ? 100 : 9_000), new[] { p.Phone })));

        var (items, _) = await on.Walk($"persons?channel=douyin&sort={sort}", 3);

        items.Select(i => i.Number("person_id")).ShouldBe(ids.Take(7).Reverse());
    }

    [Theory, OnBothBooks]
    public async Task The_plain_list_says_how_many_there_are_and_absorbed_persons_are_not_among_them(Dialect dialect)
    {
        await using var own = new Brand();
        var on = await own.On(dialect);
        var kept = await on.Happens(0, Join(), NewPhone());
        var (phone, ouid) = (NewPhone(), Ouid("merging"));
        var survivor = await on.Happens(0, Join(), phone);
        await on.Happens(0, Join(), ouid);
        await on.Happens(1, Order("M1", OrderStep.Paid, 100), phone, ouid);

        var page = await on.Get("persons");

        page.Ids().ShouldBe([survivor, kept]);
        page.Number("total").ShouldBe(2);
        (await on.Get("persons?sort=joined")).Ids().ShouldBe([survivor, kept]);
    }

    [Theory, OnBothBooks]
    public async Task Bad_conditions_and_cursors_are_refused_with_a_code(Dialect dialect)
    {
        var on = await brand.On(dialect);
        await on.Happens(0, Join(), NewPhone());
        await on.Happens(0, Join(), NewPhone());
        var ofAnother = (await on.Get("persons?sort=joined&limit=1")).Text("next");

        (await on.Client.GetAsync("v1/persons?cursor=nonsense").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_cursor");
        (await on.Client.GetAsync($"v1/persons?cursor={ofAnother}").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_cursor");
        (await on.Client.GetAsync("v1/persons?joined_from=yesterday").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_time");
        (await on.Client.GetAsync("v1/persons?member=perhaps").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_request");
        (await (await on.App.WithKey("orders:read")).GetAsync("v1/persons").ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
    }
}
