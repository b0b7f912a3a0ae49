using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

public sealed class SimulationTests(Brand brand) : IClassFixture<Brand>
{
    private static JsonNode Program(Func<string, string> change) => JsonNode.Parse(change(Programs.Plain))!;

    private static async Task<JsonElement> Done(BrandOn on, object body)
    {
        var begun = await on.Client.Post("v1/loyalty/simulations", body).Json(HttpStatusCode.Accepted);
        var id = begun.Number("simulation_id");
        return await on.Client.UntilNot($"v1/loyalty/simulations/{id}", "waiting", "running");
    }

    [Theory, OnBothBooks]
    public async Task A_changed_program_says_who_wins_who_loses_and_what_it_costs(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var (rich, poor) = (Phone($"1380000700{(int)dialect}"), Phone($"1380000710{(int)dialect}"));
        var winner = await on.Happens(0, Join(), rich);
        var other = await on.Happens(0, Join(), poor);
        await on.Happens(10, Order($"S1{dialect}", OrderStep.Completed, 90_000), rich);
        await on.Happens(11, Order($"S2{dialect}", OrderStep.Completed, 3_000), poor);
        await on.Happens(12, Adjust(500), poor);
        var before = await on.Get($"persons/{winner}/points");

        // Twice the points from 500 yuan on; a thousand points are worth 10 yuan.
        var draft = Program(p => p.Replace("\"earn\":{\"rate\":{\"points\":1,\"each_minor\":100}}",
            "\"earn\":{\"rate\":{\"points\":1,\"each_minor\":100},\"rules\":[{\"name\":\"big\",\"title\":\"Big\",\"where\":\"amount_minor >= 50000\",\"gives\":{\"percent\":200}}]}"));
        var view = await Done(on, new { document = draft, months = 36, value_minor_per_1000 = 1000 });

        view.Text("state").ShouldBe("done", view.Text("error"));
        var report = view.GetProperty("report");
        var (live, changed) = (report.GetProperty("live"), report.GetProperty("draft"));
        (changed.Number("issued") - live.Number("issued")).ShouldBe(900);
        (changed.Number("cost_minor") - live.Number("cost_minor")).ShouldBe(900);
        (changed.Number("liability") - live.Number("liability")).ShouldBe(900);
        var people = report.GetProperty("people");
        (people.Number("gain"), people.Number("lose")).ShouldBe((1, 0));
        var best = people.Items("winners").Single();
        (best.Number("person_id"), best.Number("before"), best.Number("after")).ShouldBe((winner, 900, 1_800));
        long InJanuary(JsonElement side) => side.Items("months").Single(m => m.Text("month") == "2026-01-01").Number("issued");
        (InJanuary(changed) - InJanuary(live)).ShouldBe(900);
        live.Items("tiers").Sum(t => t.Number("members")).ShouldBe(report.Number("persons"));
        report.GetProperty("actual").Number("differ").ShouldBe(0);
        // Nothing of the brand's has changed.
        (await on.Get($"persons/{winner}/points")).GetProperty("balances").ToString().ShouldBe(before.GetProperty("balances").ToString());
        (await on.Get("loyalty/simulations")).Items().Select(s => s.Number("simulation_id")).ShouldContain(view.Number("simulation_id"));
        other.ShouldNotBe(winner);
    }

    [Theory, OnBothBooks]
    public async Task Every_type_of_points_is_told_by_itself(Dialect dialect)
    {
        await using var fresh = new Brand();
        var on = await fresh.On(dialect);
        const string Coins = "{\"name\":\"coins\",\"title\":\"Coins\",\"ledger\":{\"value_minor_per_1000\":500},\"earn\":{\"rate\":{\"points\":1,\"each_minor\":1000}}}";
        static string With(string types) => Programs.Plain[..Programs.Plain.LastIndexOf('}')] + $",\"point_types\":[{types}]}}";
        await on.App.Books.Publish("program", "default", With(Coins + ",{\"name\":\"stars\",\"title\":\"Stars\"}"));
        var (buyer, other) = (Phone("13800007201"), Phone("13800007202"));
        var ann = await on.Happens(0, Join(), buyer);
        var bob = await on.Happens(0, Join(), other);
        await on.Happens(1, Order("C1", OrderStep.Completed, 90_000), buyer);
        await on.Happens(2, Adjust(40) with { Program = "default:stars" }, other);
        await on.Happens(3, new PointsRedeemed(false, "default:coins", 60, null, null, null), buyer);

        // Half the coins, no stars, and something new.
        var draft = JsonNode.Parse(With(Coins.Replace("1000}}", "2000}}") + ",{\"name\":\"moons\",\"title\":\"Moons\",\"scale\":2,\"earn\":{\"rate\":{\"points\":1,\"each_minor\":100}}}"));
        var view = await Done(on, new { document = draft, months = 36 });

        view.Text("state").ShouldBe("done", view.Text("error"));
        var report = view.GetProperty("report");
        report.GetProperty("people").Number("same").ShouldBe(2);
        var types = report.Items("types").ToDictionary(t => t.Text("point_type")!);
        types.Keys.ShouldBe(["coins", "moons", "stars"]);
        var coins = types["coins"];
        static (long, long, long, long) Of(JsonElement side) => (side.Number("issued"), side.Number("spent"), side.Number("unpaid"), side.Number("liability"));
        (Of(coins.GetProperty("live")), Of(coins.GetProperty("draft"))).ShouldBe(((90, 60, 0, 30), (45, 45, 15, 0)));
        (coins.GetProperty("live").Number("cost_minor"), coins.GetProperty("draft").Number("cost_minor")).ShouldBe((45, 22));
        var loser = coins.GetProperty("people").Items("losers").Single();
        (loser.Number("person_id"), loser.Number("before"), loser.Number("after"), loser.Text("tier_before")).ShouldBe((ann, 30, -15, "gold"));
        (coins.GetProperty("people").Number("same"), coins.GetProperty("actual").Number("members"), coins.GetProperty("actual").Number("differ")).ShouldBe((1, 2, 0));
        (types["moons"].GetProperty("live").ValueKind, types["moons"].Number("scale"), types["moons"].GetProperty("draft").Number("issued"), types["moons"].GetProperty("draft").Number("members")).ShouldBe((JsonValueKind.Null, 2, 900, 1));
        (types["stars"].GetProperty("draft").ValueKind, types["stars"].GetProperty("people").Items("losers").Single().Number("person_id"), types["stars"].GetProperty("live").Number("liability")).ShouldBe((JsonValueKind.Null, bob, 40));
    }

    [Theory, OnBothBooks]
    public async Task A_sample_is_the_same_for_the_same_seed_and_a_shorter_validity_makes_points_end(Dialect dialect)
    {
        var on = await brand.On(dialect);
        for (var i = 0; i < 30; i++)
        {
            var phone = Phone($"1381{(int)dialect}{i:D6}");
            await on.Happens(0, Join(), phone);
            await on.Happens(2, Order($"V{dialect}{i}", OrderStep.Completed, 10_000), phone);
        }
        var draft = Program(p => p.Replace("\"months\":12", "\"months\":1"));

        var one = (await Done(on, new { document = draft, sample_percent = 40, seed = 7 })).GetProperty("report");
        var two = (await Done(on, new { document = draft, sample_percent = 40, seed = 7 })).GetProperty("report");

        one.Number("persons").ShouldBeInRange(3, 27);
        (two.Number("persons"), two.GetProperty("draft").Number("expired")).ShouldBe((one.Number("persons"), one.GetProperty("draft").Number("expired")));
        one.GetProperty("draft").Number("expired").ShouldBeGreaterThan(one.GetProperty("live").Number("expired"));
        one.GetProperty("people").Number("lose").ShouldBeGreaterThan(0);
    }

    [Theory, OnBothBooks]
    public async Task What_cannot_be_simulated_is_refused_with_a_code(Dialect dialect)
    {
        var on = await brand.On(dialect);
        (await on.Client.Post("v1/loyalty/simulations", new { document = new { name = "default" } }).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("definition_invalid");
        (await on.Client.Post("v1/loyalty/simulations", new { document = Program(p => p.Replace("\"name\":\"default\"", "\"name\":\"other\"")) }).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_program");
        (await on.Client.Post("v1/loyalty/simulations", new { sample_percent = 0 }).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await on.Client.GetAsync("v1/loyalty/simulations/987654").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_simulation");
        (await (await on.Analyst()).Post("v1/loyalty/simulations", new { }).ProblemCode(HttpStatusCode.Forbidden)).ShouldNotBeEmpty();
    }
}
