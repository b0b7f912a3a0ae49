using System.Net;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Intake;
using Danke.Platform.Books;

namespace Danke.App.Tests.Loyalty;

/// <summary>A member who never spends has hundreds of lots: the soonest to end are taken first, those beyond what is read ahead too.</summary>
public sealed class ManyLotsTests
{
    private const int Lots = 300;

    // Ten points each; they end in another order than they came in; every third never ends.
    private static DateTimeOffset? EndOf(int lot) => lot % 3 == 0 ? null : new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(lot * 37 % Lots);

    private static string Gift(int lot) => $$$"""
        {"source":"many","id":"g{{{lot}}}","type":"points.adjusted","time":"2026-02-03T04:05:06Z","channel":"store","identifiers":[{"namespace":"customer","value":"collector"}],"data":{"points":10,"reason":"lot {{{lot}}}"{{{(EndOf(lot) is { } end ? $",\"expires_at\":\"{end:yyyy-MM-ddTHH:mm:ssZ}\"" : "")}}}}}
        """.Trim();

    [Theory, OnBothBooks]
    public async Task Points_come_from_the_lots_that_end_first_however_many_there_are(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        await app.Books.Publish("program", "default", Danke.App.Tests.Door.Programs.Plain);
        var said = await app.Client.SendLines(Sending.Lines("""{"source":"many","id":"j","type":"member.joined","time":"2026-02-01T00:00:00Z","channel":"store","identifiers":[{"namespace":"customer","value":"collector"}],"data":{}}"""));
        said[0].GetProperty("status").GetString().ShouldBe("applied", said[0].ToString());
        foreach (var some in Enumerable.Range(0, Lots).Chunk(50))
            (await app.Client.SendLines(Sending.Lines(string.Join('\n', some.Select(Gift))))).ShouldAllBe(s => s.GetProperty("status").GetString() == "applied");
        var lots = await app.Books.Read("select lot_id, expires_at_ms from lots where state = 'active'", r => (Id: r.GetInt64(0), Ends: r.IsDBNull(1) ? long.MaxValue : r.GetInt64(1)));
        var expected = new Queue<long>(lots.OrderBy(l => (l.Ends, l.Id)).Select(l => l.Id));
        expected.Count.ShouldBe(Lots);

        // A few, more than are read at first, and again a few; then all but one lot, and one point too many.
        foreach (var (points, i) in new[] { 30, 1_200, 20, 1_740 }.Select((p, i) => (p, i)))
        {
            var redeemed = await app.Client.Post("v1/points/redemptions", Take(points), $"many-{i}").Json();
            var draws = await app.Books.Read("select lot_id, points from redemption_draws where redemption_id = @id order by place", r => (r.GetInt64(0), r.GetInt64(1)), [("id", redeemed.GetProperty("redemption_id").GetInt64())]);
            draws.ShouldBe(Enumerable.Range(0, points / 10).Select(_ => (expected.Dequeue(), 10L)));
            var next = lots.Where(l => expected.Contains(l.Id)).Min(l => l.Ends);
            (await app.Books.Read("select coalesce(next_expiry_ms, 9223372036854775807) from memberships", r => r.GetInt64(0)))[0].ShouldBe(next);
        }
        (await app.Client.Post("v1/points/redemptions", Take(11), "many-too-many").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("insufficient_balance");
        (await app.Client.Post("v1/points/redemptions", Take(10), "many-last").Json()).GetProperty("spendable").GetInt64().ShouldBe(0);
        (await app.Client.Post("v1/audits").Json()).GetProperty("ok").GetBoolean().ShouldBeTrue();

        static object Take(int points) => new { points, identifiers = new[] { new { @namespace = "customer", value = "collector" } } };
    }
}
