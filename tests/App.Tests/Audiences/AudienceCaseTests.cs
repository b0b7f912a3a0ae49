using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Danke.App.Tests.Reports;
using Danke.Engines.Audiences;
using Danke.Engines.Tests.Audiences;
using Danke.Platform.Definitions;

namespace Danke.App.Tests.Audiences;

/// <summary>Every row of tests/conformance/audiences.yaml, asked of the evaluator and of Insight.</summary>
[Collection(nameof(InsightChild))]
public sealed class AudienceCaseTests(InsightChild child)
{
    private static readonly Asked Now = ConditionGenerator.Asked;

    public static TheoryData<string> Cases() => [.. Rows().Select(row => row["case"]!.ToString())];

    private static IEnumerable<JsonNode> Rows() => YamlJson.Read(File.ReadAllText(Conformance.Path("audiences.yaml")))!["rows"]!.AsArray().Select(row => row!);

    [Theory, MemberData(nameof(Cases))]
    public async Task These_persons_are_in(string @case)
    {
        var row = Rows().Single(r => r["case"]!.ToString() == @case);
        var condition = ConditionText.Parse(row["condition"]!.ToString(), Catalogue.Person);
        var persons = row["persons"]!.AsObject().Select((p, i) => (Name: p.Key, Id: i + 1L, Given: p.Value!.AsObject())).ToList();
        var expected = row["in"]!.AsArray().Select(name => name!.ToString()).ToList();

        persons.Where(p => p.Given["gone"] is null && Evaluator.Holds(condition, FactsOf(p.Given), Catalogue.Person, Now)).Select(p => p.Name).ShouldBe(expected);

        var database = await child.NewDatabase();
        await AgreementTests.Fill(database, [.. persons.Select(p => (p.Id, FactsOf(p.Given)))]);
        foreach (var gone in persons.Where(p => p.Given["gone"] is not null)) await database.Delete("persons", $"person_id = {gone.Id}");
        var compiled = ConditionSql.Compile(condition, Now);
        var found = await database.Client.Query($"select person_id from persons final where {compiled.Sql} order by person_id", r => r.Long(0),
            [.. compiled.Parameters.Select(p => (p.Key, (object?)p.Value))]);
        found.Select(id => persons.Single(p => p.Id == id).Name).ShouldBe(expected);
    }

    private static Facts FactsOf(JsonObject given)
    {
        var orders = Items(given, "orders", order => new Facts
        {
            AtMs = At(order),
            TextValues = Texts(order, "channel", "shop", "store").Add("status", Text(order, "status", "paid")).Add("currency", Text(order, "currency", "CNY")),
            NumberValues = ImmutableDictionary<string, long>.Empty.Add("amount_minor", order["amount"]?.GetValue<long>() ?? 100),
            Flags = order["sale"]?.GetValue<bool>() ?? true ? ["is_sale"] : [],
            Collections = ImmutableDictionary<string, ImmutableArray<Facts>>.Empty.Add("lines", Items(order, "lines", line => new Facts
            {
                TextValues = Texts(line, "sku", "category"),
                NumberValues = ImmutableDictionary<string, long>.Empty.Add("quantity", line["quantity"]?.GetValue<long>() ?? 1),
            })),
        });
        var facts = new Facts
        {
            TextValues = Texts(given, "gender", "province", "city", "first_channel"),
            TextsValues = ImmutableDictionary<string, ImmutableArray<string>>.Empty
                .Add("channels", Words(given, "channels")).Add("reachable", Words(given, "reachable")),
            NumberValues = ImmutableDictionary<string, long>.Empty.Add("birth_month", given["birth_month"]?.GetValue<long>() ?? 0)
                .Add("household.id", given["household"]?["id"]?.GetValue<long>() ?? 0).Add("household.size", given["household"]?["size"]?.GetValue<long>() ?? 1),
            InstantValues = ImmutableDictionary<string, long>.Empty.Add("first_seen", Now.AtMs - 1).Add("last_seen", Now.AtMs - 1),
            Collections = ImmutableDictionary<string, ImmutableArray<Facts>>.Empty
                .Add("every order", orders).Add("orders", orders)
                .Add("purchases", [.. orders.Where(o => o.Flag("is_sale") && o.Text("status") != "refunded")])
                .Add("refunds", Items(given, "refunds", refund => new Facts
                {
                    AtMs = At(refund),
                    TextValues = Texts(refund, "channel").Add("currency", "CNY"),
                    NumberValues = ImmutableDictionary<string, long>.Empty.Add("amount_minor", refund["amount"]?.GetValue<long>() ?? 100),
                }))
                .Add("interactions", Items(given, "interactions", happened => new Facts { AtMs = At(happened), TextValues = Texts(happened, "kind", "channel") })),
        };
        if (given["member"] is not JsonObject member || member["state"]?.ToString() == "left") return facts;
        return facts with
        {
            Flags = ["is_member"],
            TextValues = facts.TextValues.Add("tier", member["tier"]!.ToString()),
            InstantValues = facts.InstantValues.Add("joined", Ago(member["joined"]!)),
            NumberValues = facts.NumberValues.Add("points", member["points"]?.GetValue<long>() ?? 0)
                .AddRange((member["points_of"]?.AsObject() ?? []).Select(p => KeyValuePair.Create("points." + p.Key, p.Value!.GetValue<long>()))),
        };
    }

    private static ImmutableArray<Facts> Items(JsonObject given, string name, Func<JsonObject, Facts> read) =>
        [.. (given[name]?.AsArray() ?? []).Select((item, i) => read(item!.AsObject()) with { Key = (i + 1).ToString(CultureInfo.InvariantCulture) })];

    private static ImmutableDictionary<string, string> Texts(JsonObject given, params string[] names) =>
        names.ToImmutableDictionary(name => name, name => Text(given, name, ""));

    private static ImmutableArray<string> Words(JsonObject given, string name) => [.. (given[name]?.AsArray() ?? []).Select(w => w!.ToString())];

    private static string Text(JsonObject given, string name, string otherwise) => given[name]?.ToString() ?? otherwise;

    private static long At(JsonObject given) => Ago(given["ago"]!);

    private static long Ago(JsonNode days) => Now.AtMs - (long)(decimal.Parse(days.ToString(), CultureInfo.InvariantCulture) * Asked.DayMs);
}
