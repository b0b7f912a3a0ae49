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

public sealed class QuoteTests(Brand brand) : IClassFixture<Brand>
{
    private const string Rules = """
        "earn":{"rate":{"points":1,"each_minor":100},"rules":[
          {"name":"first","title":"First order","where":"is_first_order","gives":{"points":50}},
          {"name":"birthday","title":"Birthday","where":"is_birth_month","gives":{"percent":200}},
          {"name":"skincare","title":"Skincare","on":"line","where":"category = \"护肤\"","gives":{"points":5},"caps":{"per_day":8}},
          {"name":"monday","title":"Monday","where":"weekday = 1","gives":{"points":3}}]}
        """;

    private static readonly string Program = Programs.Plain.Replace("\"earn\":{\"rate\":{\"points\":1,\"each_minor\":100}}", Rules);

    // A Sunday.
    private const string At = "2026-02-01T04:00:00Z";

    private static JsonObject Basket(params (string Name, JsonNode? Value)[] more)
    {
        var body = new JsonObject { ["lines"] = new JsonArray(new JsonObject { ["sku"] = "A1", ["category"] = "护肤", ["amount_minor"] = 10_000 }, new JsonObject { ["sku"] = "B2", ["amount_minor"] = 5_050 }), ["at"] = At };
        foreach (var (name, value) in more) body[name] = value;
        return body;
    }

    private static Task<HttpResponseMessage> Ask(HttpClient client, JsonNode body) => client.Post("v1/loyalty/quotes", body);

    private async Task<BrandOn> On(Dialect dialect)
    {
        var on = await brand.On(dialect);
        await on.App.Books.Publish("program", "default", Program);
        return on;
    }

    private static (long, long) GaveOf(JsonElement quote, string rule) => quote.Items("rules").Where(r => r.Text("rule") == rule).Select(r => (r.Number("points"), r.Number("capped"))).SingleOrDefault();

    [Theory, OnBothBooks]
    public async Task A_basket_of_nobody_and_of_a_member_is_told_by_rule_and_by_line_and_nothing_is_kept(Dialect dialect)
    {
        var on = await On(dialect);
        var phone = $"1380003{(int)dialect}001";
        var person = await on.Happens(0, Join(), Phone(phone));
        await on.Happens(1, new MemberUpdated(Profile.Empty with { Birthday = "1990-02-03" }), Phone(phone));

        var nobody = await Ask(on.Client, Basket()).Json();
        var member = await Ask(on.Client, Basket(("identifiers", new JsonArray(new JsonObject { ["namespace"] = "phone", ["value"] = phone })), ("shipping_minor", 1_000), ("discount_minor", 50))).Json();

        (nobody.GetProperty("person_id").ValueKind, nobody.GetProperty("is_member").GetBoolean(), nobody.Text("tier"), nobody.Number("points"), nobody.Number("other_points")).ShouldBe((JsonValueKind.Null, false, "silver", 205, 0));
        (GaveOf(nobody, "base"), GaveOf(nobody, "first"), GaveOf(nobody, "birthday"), GaveOf(nobody, "skincare")).ShouldBe(((150, 0), (50, 0), (0, 0), (5, 0)));
        nobody.Items("lines").Sum(l => l.Number("points")).ShouldBe(205);
        // Of a member: the birthday's month doubles, and the discount is spread over the lines.
        (member.Number("person_id"), member.GetProperty("is_member").GetBoolean(), member.Number("points")).ShouldBe((person, true, 150 * 2 + 55));
        (await on.App.Books.Read("select count(*) from points_gains where person_id = @person", r => r.GetInt64(0), [("person", person)]))[0].ShouldBe(0);
        (await on.Get($"persons/{person}/points")).GetProperty("balances").Number("earned").ShouldBe(0);
        // Asked again it is answered again, alike.
        (await Ask(on.Client, Basket()).Json()).ToString().ShouldBe(nobody.ToString());

        // The first order was made, gold earns more, and the cap of the day has room for three.
        await on.Happens(31, Order($"Q{dialect}", OrderStep.Completed, 50_000), Phone(phone));
        var second = await Ask(on.Client, Basket(("person_id", person))).Json();
        (second.Text("tier"), GaveOf(second, "first"), GaveOf(second, "skincare")).ShouldBe(("gold", (0, 0), (3, 2)));
        GaveOf(await Ask(on.Client, Basket(("tier", "black"), ("nth_order", 2), ("birth_month", 2))).Json(), "base").ShouldBe((225, 0));
    }

    [Theory, OnBothBooks]
    public async Task A_program_that_is_not_in_force_is_tried_out_and_what_is_wrong_with_it_is_told(Dialect dialect)
    {
        var on = await On(dialect);
        var quote = await Ask(on.Client, Basket(("definition", JsonNode.Parse(Programs.Plain.Replace("\"each_minor\":100}},\"validity\"", "\"each_minor\":50}},\"validity\""))))).Json();
        (quote.Number("points"), quote.GetProperty("version").ValueKind).ShouldBe((301, JsonValueKind.Null));

        (await Ask(on.Client, Basket(("definition", new JsonObject()))).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("definition_invalid");
        (await Ask(on.Client, Basket(("definition", new JsonArray(1, 2)))).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("definition_invalid");
        (await Ask(on.Client, Basket(("definition", "x"))).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("definition_invalid");
    }

    [Theory, OnBothBooks]
    public async Task Of_several_refusals_the_first_is_given(Dialect dialect)
    {
        var on = await On(dialect);
        (string, JsonNode?) nobody = ("person_id", 987_654_321), noProgram = ("program", "none"), noLines = ("lines", new JsonArray());
        (await Ask(on.Client, Basket(nobody, noProgram, noLines)).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await Ask(on.Client, Basket(("person_id", 987_654_321), ("program", "none"))).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_program");
        (await Ask(on.Client, Basket(("person_id", 987_654_321))).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_person");
        (await Ask(on.Client, Basket(("identifiers", new JsonArray(new JsonObject { ["namespace"] = "phone", ["value"] = "13900000000" })))).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_person");
        (await Ask(on.Client, Basket(("tier", "platinum"))).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await Ask(on.Client, Basket(("program", "default:coins"))).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_program");
        (await Ask(await on.App.WithKey("events:write"), Basket()).ProblemCode(HttpStatusCode.Forbidden)).ShouldNotBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task Whatever_is_sent_is_answered_and_never_breaks(Dialect dialect)
    {
        var on = await On(dialect);
        JsonNode Line(params (string Name, JsonNode? Value)[] fields)
        {
            var line = new JsonObject { ["sku"] = "A", ["amount_minor"] = 1 };
            foreach (var (name, value) in fields) line[name] = value;
            return Basket(("lines", new JsonArray(line)));
        }
        JsonNode[] wrong =
        [
            new JsonObject(), Basket(("lines", null)), Basket(("lines", new JsonArray([null]))), Basket(("lines", "x")), Line(("sku", "")), Line(("sku", new string('x', 201))), Line(("amount_minor", -1)),
            Line(("amount_minor", 1.5)), Line(("amount_minor", "1")), Line(("quantity", -1)), Line(("quantity", 9_999_999_999)), Line(("amount_minor", JsonNode.Parse("99999999999999999999999"))),
            Basket(("lines", new JsonArray([.. Enumerable.Range(0, 201).Select(_ => (JsonNode)new JsonObject { ["sku"] = "A", ["amount_minor"] = 1 })]))),
            Basket(("shipping_minor", -1)), Basket(("discount_minor", long.MaxValue)), Basket(("birth_month", 13)), Basket(("nth_order", 0)), Basket(("at", "yesterday")),
            Basket(("at", "9999-12-31T23:59:59Z")), Basket(("at", "0001-01-01T00:00:00Z")),
            Basket(("person_id", 1), ("identifiers", new JsonArray(new JsonObject { ["namespace"] = "phone", ["value"] = "1" }))), Basket(("identifiers", new JsonArray([null]))),
            Basket(("identifiers", new JsonArray(new JsonObject { ["namespace"] = null, ["value"] = null }))),
        ];
        foreach (var body in wrong)
        {
            var answer = await Ask(on.Client, body);
            ((int)answer.StatusCode).ShouldBeInRange(400, 499, body.ToJsonString());
            answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", body.ToJsonString());
        }
        foreach (var text in (string[])["", "null", "[]", "{", "\"x\""])
            ((int)(await on.Client.PostAsync("v1/loyalty/quotes", Http.Text(text))).StatusCode).ShouldBeInRange(400, 499, text);

        // The most that may be asked is still a number, and no rule gives more than the most there is.
        var most = Basket(("lines", new JsonArray([.. Enumerable.Range(0, 200).Select(_ => (JsonNode)new JsonObject { ["sku"] = "A", ["amount_minor"] = 1_000_000_000_000, ["quantity"] = 1_000_000, ["category"] = "护肤" })])),
            ("shipping_minor", 1_000_000_000_000), ("nth_order", long.MaxValue));
        (await Ask(on.Client, most).Json()).Number("points").ShouldBe(1_000_000_000_000 + 8);
        (await Ask(on.Client, Basket(("person_id", long.MinValue))).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_person");
    }
}
