using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Contracts.Commands;
using Danke.Platform.Access;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

public sealed class MovementTests : IAsyncDisposable
{
    private readonly Brand brand = new();

    private static readonly string Program = Programs.Plain.Replace("""
        "ledger":{"partners":[{"name":"air","points":3,"their_points":2}]},
        """, """
        "ledger":{"value_minor_per_1000":1000,"four_eyes_above":500,"transfers":{"most_at_once":300,"most_per_day":350},
          "partners":[{"name":"air","points":3,"their_points":2},{"name":"hotel","points":1,"their_points":1,"may_take":false}]},
        """, StringComparison.Ordinal);

    private async Task<BrandOn> On(Dialect dialect)
    {
        var on = await brand.On(dialect);
        await on.App.Books.Publish("program", "default", Program);
        return on;
    }

    private static async Task<long> Member(BrandOn on, string phone, long points)
    {
        var person = await on.Happens(0, Join(), Phone(phone));
        if (points > 0) await on.Happens(1, Adjust(points), Phone(phone));
        return person;
    }

    private static async Task<long> Spendable(BrandOn on, long person) => (await on.Get($"persons/{person}/points")).GetProperty("balances").Number("spendable");

    private static async Task Proven(BrandOn on) =>
        (await on.Client.Post("v1/audits").Json()).Items("checks").Where(c => c.Text("name")!.StartsWith("ledger.", StringComparison.Ordinal) && c.Number("differences") > 0)
            .Select(c => $"{c.Text("name")}: {c.GetProperty("first")}").ShouldBeEmpty();

    [Theory, OnBothBooks]
    public async Task Transferred_points_keep_their_end_and_the_refusals_come_in_their_order(Dialect dialect)
    {
        var on = await On(dialect);
        var (ann, bob) = (await Member(on, "13800008001", 400), await Member(on, "13800008002", 0));
        var guest = await on.Happens(0, new MemberUpdated(Profile.Empty), Phone("13800008003"));
        object Body(long points, long? to = null, string reason = "gift") => new { person_id = ann, to_person_id = to ?? bob, points, reason };
        Task<string?> Refused(object body, string key, HttpStatusCode status = HttpStatusCode.UnprocessableEntity) => on.Client.Post("v1/points/transfers", body, key).ProblemCode(status);

        (await Refused(Body(10), null!, HttpStatusCode.BadRequest)).ShouldBe("idempotency_key_missing");
        (await Refused(Body(10, ann), "t1")).ShouldBe("transfer_to_self");
        (await Refused(Body(10, guest), "t2")).ShouldBe("recipient_not_a_member");
        (await Refused(Body(301), "t3")).ShouldBe("transfer_too_large");
        var moved = await on.Client.Post("v1/points/transfers", Body(300), "t4").Json();
        var again = await on.Client.Post("v1/points/transfers", Body(300), "t4").Json();
        (await Refused(Body(51), "t5", HttpStatusCode.Conflict)).ShouldBe("transfer_quota_exceeded");
        (await Refused(Body(299), "t4", HttpStatusCode.Conflict)).ShouldBe("idempotency_conflict");

        (moved.Number("spendable"), again.Number("spendable"), await Spendable(on, bob)).ShouldBe((100, 100, 300));
        var lot = (await on.Get($"persons/{bob}/points")).Items("lots").Single();
        lot.Text("expires_at").ShouldBe((await on.Get($"persons/{ann}/points")).Items("lots").Single().Text("expires_at"));

        // Undone from either side, once, and exactly.
        var entry = (await on.Get($"persons/{bob}/points")).Items("entries").First(e => e.Text("kind") == "transfer_in").Number("entry_id");
        await on.Client.Post($"v1/points/entries/{entry}/reversal", new { reason = "wrong member" }, "u1").Json();
        (await Spendable(on, ann), await Spendable(on, bob)).ShouldBe((400, 0));
        (await on.Client.Post($"v1/points/entries/{entry}/reversal", new { reason = "again" }, "u2").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("entry_reversed");
        await Proven(on);
    }

    [Theory, OnBothBooks]
    public async Task What_is_spent_or_follows_an_order_is_not_undone(Dialect dialect)
    {
        var on = await On(dialect);
        var ann = await Member(on, "13800008011", 100);
        await on.Happens(1, Order("MV1", OrderStep.Completed, 5_000), Phone("13800008011"));
        await on.Client.Post("v1/points/redemptions", new { points = 120, person_id = ann }, "r1").Json();
        var entries = (await on.Get($"persons/{ann}/points")).Items("entries");
        Task<string?> Undo(string kind, HttpStatusCode status) =>
            on.Client.Post($"v1/points/entries/{entries.First(e => e.Text("kind") == kind).Number("entry_id")}/reversal", new { reason = "?" }, kind).ProblemCode(status);

        (await Undo("adjust", HttpStatusCode.Conflict)).ShouldBe("lot_spent");
        (await Undo("activate", HttpStatusCode.UnprocessableEntity)).ShouldBe("entry_of_order");
        (await Undo("spend", HttpStatusCode.UnprocessableEntity)).ShouldBe("entry_of_redemption");
        (await on.Client.Post("v1/points/entries/999999/reversal", new { reason = "?" }, "x").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("entry_unknown");
        await Proven(on);
    }

    [Theory, OnBothBooks]
    public async Task A_partners_reference_counts_once_whoever_sends_it(Dialect dialect)
    {
        var on = await On(dialect);
        var ann = await Member(on, "13800008021", 0);
        object Body(string direction, long theirs, string reference, string partner = "air") => new { person_id = ann, partner, direction, their_points = theirs, reference };

        (await on.Client.Post("v1/points/exchanges", Body("bring", 200, "A1"), null).Json()).Number("spendable").ShouldBe(300);
        (await on.Client.Post("v1/points/exchanges", Body("bring", 200, "A1"), "another").Json()).Number("spendable").ShouldBe(300);
        (await on.Client.Post("v1/points/exchanges", Body("bring", 100, "A1"), null).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("idempotency_conflict");
        (await on.Client.Post("v1/points/exchanges", Body("bring", 3, "A2"), null).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("exchange_not_even");
        (await on.Client.Post("v1/points/exchanges", Body("take", 1, "H1", "hotel"), null).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("exchange_not_allowed");
        (await on.Client.Post("v1/points/exchanges", Body("take", 1, "S1", "sea"), null).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("partner_unknown");
        (await on.Client.Post("v1/points/exchanges", Body("take", 400, "A3"), null).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("insufficient_balance");
        (await on.Client.Post("v1/points/exchanges", Body("take", 40, "A4"), null).Json()).Number("spendable").ShouldBe(240);
        await Proven(on);
    }

    [Theory, OnBothBooks]
    public async Task Beyond_the_limit_a_second_person_decides(Dialect dialect)
    {
        var on = await On(dialect);
        var ann = await Member(on, "13800008031", 0);
        var second = await on.App.WithKey(Scopes.LoyaltyWrite, Scopes.LoyaltyRead);
        var path = $"persons/{ann}/points-adjustments";

        (await on.Client.Post($"v1/{path}", new { points = 500, reason = "sorry" }, "a/1").Json()).Number("points_spendable").ShouldBe(500);
        var request = await on.Client.Post($"v1/{path}", new { points = 501, reason = "very sorry" }, "a/2").Json(HttpStatusCode.Accepted);
        var taken = await on.Client.Post($"v1/{path}", new { points = -2_000, reason = "fraud" }, "a/3").Json(HttpStatusCode.Accepted);
        (request.Text("state"), await Spendable(on, ann)).ShouldBe(("awaiting", 500));

        var id = request.Number("request_id");
        (await on.Client.Post($"v1/points-adjustment-requests/{id}/approval").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("same_person");
        (await second.Post($"v1/points-adjustment-requests/{taken.Number("request_id")}/approval").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("insufficient_balance");
        (await second.Post($"v1/points-adjustment-requests/{taken.Number("request_id")}/rejection").Json()).Text("state").ShouldBe("rejected");
        (await second.Post($"v1/points-adjustment-requests/{id}/approval").Json()).Text("state").ShouldBe("approved");
        (await second.Post($"v1/points-adjustment-requests/{id}/approval").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("request_decided");

        (await Spendable(on, ann)).ShouldBe(1_001);
        (await on.Get("points-adjustment-requests?state=awaiting")).Items().ShouldBeEmpty();
        await Proven(on);
    }

    [Theory, OnBothBooks]
    public async Task The_liability_is_a_sum_of_accounts(Dialect dialect)
    {
        var on = await On(dialect);
        var ann = await Member(on, "13800008041", 400);
        await on.Happens(2, Order("LB1", OrderStep.Completed, 10_000), Phone("13800008041"));
        await on.Happens(3, Order("LB2", OrderStep.Paid, 4_000), Phone("13800008041"));
        await on.Happens(4, new PointsRedeemed(false, "", 150, null, null, null), Phone("13800008041"));

        var report = await on.Get("reports/liability?as_of=2026-01-31");
        var before = await on.Get("reports/liability?as_of=2026-01-03");

        var standing = report.GetProperty("standing");
        (standing.Number("outstanding"), standing.Number("outstanding_minor"), standing.Number("spendable"), standing.Number("pending")).ShouldBe((390, 390, 350, 40));
        (standing.Number("issued"), standing.Number("adjusted"), standing.Number("spent"), report.Number("proof")).ShouldBe((140, 400, 150, 0));
        before.GetProperty("standing").Number("outstanding").ShouldBe(500);
        report.Items("ends").Sum(e => e.Number("points")).ShouldBe(350);
        report.Items("ages").Sum(a => a.Number("points")).ShouldBe(350);
        report.Items("months").Select(m => (m.Text("month"), m.Number("outstanding"))).ShouldBe([("2026-01", 390)]);
        (await on.Client.GetAsync("v1/reports/liability?as_of=soon").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("as_of_invalid");
    }

    public ValueTask DisposeAsync() => brand.DisposeAsync();
}
