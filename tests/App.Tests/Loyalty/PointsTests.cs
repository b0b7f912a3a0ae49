using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Contracts.Commands;
using Danke.Platform.Access;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

public sealed class PointsTests(Brand brand) : IClassFixture<Brand>
{
    private static Task<HttpResponseMessage> Send(HttpClient client, long person, object body, string? key = "K1") =>
        client.Post($"v1/persons/{person}/points-adjustments", body, key is null ? null : $"{person}-{key}");

    [Theory, OnBothBooks]
    public async Task A_member_sees_balances_lots_tier_and_why(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = Phone("13800005001");
        var person = await on.Happens(0, Join(), phone);
        await on.Happens(1, Order("PT1", OrderStep.Completed, 15_000), phone);
        await on.Happens(2, Order("PT2", OrderStep.Paid, 4_000), phone);
        await on.Happens(3, Adjust(-50), phone);

        var points = await on.Get($"persons/{person}/points");

        var balances = points.GetProperty("balances");
        (balances.Number("pending"), balances.Number("spendable"), balances.Number("earned"), balances.Number("spent"), balances.Number("growth")).ShouldBe((40, 100, 150, 50, 150));
        // A year after 2 January in Shanghai, the day itself still good.
        balances.GetProperty("next_expiry_at").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2027, 1, 3, 0, 0, 0, TimeSpan.FromHours(8)));
        balances.Number("next_expiry_points").ShouldBe(100);
        points.Items("lots").Select(l => (l.Text("state"), l.Number("amount"), l.Number("remaining"))).ShouldBe([("active", 150, 100), ("pending", 40, 40)]);
        var tier = points.GetProperty("tier");
        (tier.Text("name"), tier.Text("title"), tier.GetProperty("next").Text("name"), tier.GetProperty("next").Number("missing")).ShouldBe(("silver", "Silver", "gold", 50));
        points.Items("entries").Select(e => e.Text("kind")).ShouldBe(["adjust", "earn_pending", "activate", "activate", "earn_pending"]);
        points.Items("entries")[0].Text("reason").ShouldBe("-50 points: by hand: test");
        points.Items("entries")[1].Text("order").ShouldBe("PT2");
    }

    [Theory, OnBothBooks]
    public async Task The_ledger_is_read_page_by_page(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = Phone("13800005002");
        var person = await on.Happens(0, Join(), phone);
        for (var i = 0; i < 7; i++) await on.Happens(1, Adjust(10 + i), phone);

        var read = new List<long>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await on.Get($"persons/{person}/points?limit=3&cursor={cursor}");
            read.AddRange(page.Items("entries").Select(e => e.Number("spendable")));
            cursor = page.Text("next");
        }

        read.ShouldBe([16, 15, 14, 13, 12, 11, 10]);
    }

    [Theory, OnBothBooks]
    public async Task An_adjustment_counts_once_however_often_it_is_sent(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800005003"));

        var first = await Send(on.Client, person, new { points = 120, reason = "late delivery" }).Json();
        var again = await Send(on.Client, person, new { reason = "late delivery", points = 120 }).Json();

        (first.Number("points_spendable"), again.Number("points_spendable")).ShouldBe((120, 120));
        (await Send(on.Client, person, new { points = 121, reason = "late delivery" }).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("idempotency_conflict");
        var entries = (await on.Get($"persons/{person}/points")).Items("entries");
        entries.Single().Text("reason").ShouldBe("+120 points: by hand: late delivery");
        entries.Single().Text("event").ShouldBe($"console/cli/{person}-K1");
        var audit = (await on.Get("audit-log?action=points.adjusted")).Items().Where(a => a.Text("target") == $"person/{person}").ToList();
        audit.Single().GetProperty("detail").GetProperty("after").Number("points").ShouldBe(120);
    }

    [Theory, OnBothBooks]
    public async Task The_same_key_of_two_operators_is_two_adjustments(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800005004"));
        var clerk = await on.App.SignedInAs(Roles.Clerk, $"clerk-{person}");

        await Send(on.Client, person, new { points = 10, reason = "a" }, "same").Json();
        var second = await Send(clerk, person, new { points = 10, reason = "a" }, "same").Json();

        second.Number("points_spendable").ShouldBe(20);
        (await on.Get($"persons/{person}/points")).Items("entries")[0].Text("event").ShouldBe($"console/user:clerk-{person}/{person}-same");
    }

    [Theory, OnBothBooks]
    public async Task Taking_more_than_there_is_or_from_nobody_is_refused_with_a_code_and_changes_nothing(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800005005"));
        var noMember = await on.Happens(0, new MemberUpdated(new Profile { City = "x" }), Phone("13800005006"));
        await Send(on.Client, person, new { points = 100, reason = "gift" }, "give").Json();

        (await Send(on.Client, person, new { points = -101, reason = "x" }, "take").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("insufficient_balance");
        (await Send(on.Client, noMember, new { points = 5, reason = "x" }, "take").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("not_a_member");
        (await Send(on.Client, 987654321, new { points = 5, reason = "x" }).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_person");
        (await on.Client.GetAsync($"v1/persons/{noMember}/points").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("not_a_member");
        (await on.Get($"persons/{person}/points")).GetProperty("balances").Number("spendable").ShouldBe(100);
        (await Send(on.Client, person, new { points = -100, reason = "all of it" }, "rest").Json()).Number("points_spendable").ShouldBe(0);
    }

    [Theory]
    [OnBothBooks("""{"points":0,"reason":"x"}""", "number_out_of_range")]
    [OnBothBooks("""{"points":1.5,"reason":"x"}""", "field_type")]
    [OnBothBooks("""{"points":"10","reason":"x"}""", "field_type")]
    [OnBothBooks("""{"points":10}""", "field_missing")]
    [OnBothBooks("""{"points":10,"reason":"x","expires_at":"2020-01-01T00:00:00Z"}""", "expires_in_past")]
    [OnBothBooks("""{"points":10,"reason":"x","expires_at":"2099-01-01T00:00:00"}""", "time_without_zone")]
    [OnBothBooks("""{"points":10,"reason":"x","program":"vip"}""", "program_unknown")]
    [OnBothBooks("""{"points":10,"reason":"x","person_id":1}""", "field_unknown")]
    public async Task An_adjustment_that_is_not_clear_is_refused(Dialect dialect, string body, string code)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800005007"));

        (await Send(on.Client, person, JsonDocument.Parse(body).RootElement, "bad").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe(code);
    }

    [Theory, OnBothBooks]
    public async Task Without_a_key_nothing_is_adjusted(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800005008"));

        (await Send(on.Client, person, new { points = 1, reason = "x" }, null).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("idempotency_key_missing");
        (await Send(on.Client, person, new { points = 1, reason = "x" }, new string('k', 101)).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("idempotency_key_invalid");
    }

    [Theory, OnBothBooks]
    public async Task Points_with_a_given_end_end_then(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800005009"));

        await Send(on.Client, person, new { points = 7, reason = "x", expires_at = "2098-01-01T00:00:00+08:00" }).Json();

        (await on.Get($"persons/{person}/points")).Items("lots").Single().GetProperty("expires_at").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2097, 12, 31, 16, 0, 0, TimeSpan.Zero));
    }

    [Theory, OnBothBooks]
    public async Task A_program_shows_its_definition_its_members_by_tier_and_what_it_owes(Dialect dialect)
    {
        await using var own = new Brand();
        var on = await own.On(dialect);
        await on.Happens(0, Join(), Phone("13800005010"));
        await on.Happens(1, Order("PG1", OrderStep.Completed, 50_000), Phone("13800005010"));
        await on.Happens(0, Join(), Phone("13800005011"));
        await on.Happens(1, Order("PG2", OrderStep.Paid, 1_000), Phone("13800005011"));
        await on.Happens(0, Join(), Phone("13800005012"));
        await on.Happens(2, new MemberLeft("", null), Phone("13800005012"));

        var program = await on.Get("programs/default");

        (program.Text("title"), program.Number("version"), program.Number("members"), program.Number("former_members")).ShouldBe(("Club", 1, 2, 1));
        program.Items("tiers").Select(t => (t.Text("name"), t.Number("from"), t.Number("members"))).ShouldBe([("silver", 0, 1), ("gold", 200, 1), ("black", 1000, 0)]);
        var totals = program.GetProperty("totals");
        (totals.Number("pending"), totals.Number("spendable"), totals.Number("earned"), totals.Number("debt")).ShouldBe((10, 500, 500, 0));
        program.GetProperty("definition").GetProperty("earn").GetProperty("rate").Number("each_minor").ShouldBe(100);
        (await on.Get("programs")).Items().Select(p => (p.Text("name"), p.Number("members"))).ShouldBe([("default", 2)]);
        (await on.Client.GetAsync("v1/programs/vip").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_program");
    }
}
