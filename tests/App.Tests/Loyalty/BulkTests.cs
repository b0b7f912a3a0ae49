using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Platform.Access;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

public sealed class BulkTests(Brand brand) : IClassFixture<Brand>
{
    private static async Task<JsonElement> HandIn(BrandOn on, string list, bool isDry = true, string type = "text/csv", HttpClient? by = null)
    {
        var content = new StringContent(list, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        var begun = await (by ?? on.Client).PostAsync($"v1/loyalty/bulk-adjustments?reason=thanks&dry_run={(isDry ? "true" : "false")}", content).Json(HttpStatusCode.Accepted);
        return await Settled(on, begun.Number("bulk_id"));
    }

    private static Task<JsonElement> Settled(BrandOn on, long id) => on.Client.UntilNot($"v1/loyalty/bulk-adjustments/{id}", "checking", "applying");

    private static async Task<long> Spendable(BrandOn on, long person) => (await on.Get($"persons/{person}/points")).GetProperty("balances").Number("spendable");

    private static string Outcomes(JsonElement view) => string.Join("; ", view.Items("outcomes").Select(o => $"{o.Text("outcome")} {o.Text("code")} {o.Number("lines")}"));

    [Theory, OnBothBooks]
    public async Task A_list_is_looked_at_first_then_applied_and_each_line_counts_once(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var (ann, bob) = ($"1383000000{(int)dialect}", $"1383000010{(int)dialect}");
        var (first, second) = (await on.Happens(0, Join(), Phone(ann)), await on.Happens(0, Join(), Phone(bob)));
        var list = $"phone,points,reason,key\n{ann},100,\"late, sorry\",k1-{dialect}\n{bob},50,,k2-{dialect}\n{bob},-500,,\n19999999999,10,,\n{bob},x,,\n";

        var dry = await HandIn(on, list);
        (dry.Text("state"), Outcomes(dry)).ShouldBe(("checked", "ready  2; refused insufficient_balance 1; refused no_such_person 1; refused points_invalid 1"));
        (dry.Number("points_given"), await Spendable(on, first)).ShouldBe((150, 0));

        await on.Client.Post($"v1/loyalty/bulk-adjustments/{dry.Number("bulk_id")}/application").Json(HttpStatusCode.Accepted);
        var done = await Settled(on, dry.Number("bulk_id"));
        (done.Text("state"), Outcomes(done)).ShouldBe(("done", "applied  2; refused insufficient_balance 1; refused no_such_person 1; refused points_invalid 1"));
        (await Spendable(on, first), await Spendable(on, second)).ShouldBe((100, 50));
        (await on.Get($"persons/{first}/points")).Items("entries")[0].Text("reason").ShouldBe("+100 points: by hand: late, sorry");

        // The same list again: what has a key is known.
        var again = await HandIn(on, list, isDry: false);
        Outcomes(again).ShouldBe("known  2; refused insufficient_balance 1; refused no_such_person 1; refused points_invalid 1");
        (again.Number("points_given"), again.Number("points_taken")).ShouldBe((0, 0));
        (await Spendable(on, first)).ShouldBe(100);
        var csv = await on.Client.GetStringAsync($"v1/loyalty/bulk-adjustments/{done.Number("bulk_id")}/export.csv");
        csv.ShouldContain("applied");
        csv.ShouldNotContain(ann);
    }

    [Theory, OnBothBooks]
    public async Task Beyond_the_limit_in_sum_a_second_person_approves(Dialect dialect)
    {
        await using var apps = new DankeApps();
        var on = new BrandOn(await apps.On(dialect));
        await on.App.Books.Publish("program", "default", Programs.Plain.Replace("\"ledger\":{", "\"ledger\":{\"four_eyes_above\":100,"));
        var (first, second) = (await on.Happens(0, Join(), Phone("13830002001")), await on.Happens(0, Join(), Phone("13830002002")));
        var lines = $$"""
            {"person_id":{{first}},"points":60}
            {"person_id":{{second}},"points":60}
            """;

        var waits = await HandIn(on, lines, isDry: false, "application/x-ndjson");
        waits.Text("state").ShouldBe("awaiting");
        var id = waits.Number("bulk_id");
        (await on.Client.Post($"v1/loyalty/bulk-adjustments/{id}/approval").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("same_person");
        (await Spendable(on, first)).ShouldBe(0);

        var boss = await on.App.SignedInAs(Roles.Operator, "boss");
        await boss.Post($"v1/loyalty/bulk-adjustments/{id}/approval").Json(HttpStatusCode.Accepted);

        (await Settled(on, id)).Text("state").ShouldBe("done");
        (await Spendable(on, first), await Spendable(on, second)).ShouldBe((60, 60));
        (await boss.Post($"v1/loyalty/bulk-adjustments/{id}/rejection").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("request_decided");
    }

    [Theory, OnBothBooks]
    public async Task What_is_no_list_is_refused(Dialect dialect)
    {
        var on = await brand.On(dialect);
        async Task<string?> Refused(string list) => await on.Client.PostAsync("v1/loyalty/bulk-adjustments?reason=x", new StringContent(list, Encoding.UTF8, "text/csv")).ProblemCode(HttpStatusCode.UnprocessableEntity);
        (await Refused("")).ShouldBe("list_invalid");
        (await Refused("name,amount\nA,1")).ShouldBe("list_invalid");
        (await on.Client.PostAsync("v1/loyalty/bulk-adjustments?reason=x&audience=none&points=5", new StringContent("", Encoding.UTF8, "text/csv")).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("list_invalid");
    }
}
