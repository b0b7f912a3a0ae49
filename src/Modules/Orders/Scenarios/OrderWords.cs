using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Orders.Duplicates;
using Danke.Orders.Reporting;
using Danke.Platform.Books;
using Danke.Platform.Scenarios;

namespace Danke.Orders.Scenarios;

/// <summary>What scenarios say of orders and refunds.</summary>
internal static class OrderWords
{
    public static ScenarioWords All { get; } = new()
    {
        Steps =
        [
            Order("placed", "order.placed", "An order was placed."),
            Order("paid", "order.paid", "An order was paid."),
            Order("shipped", "order.shipped", "An order was shipped."),
            Order("completed", "order.completed", "An order was completed."),
            Order("bought", "order.completed", "An order, paid and completed at once."),
            Order("closed", "order.closed", "An order was closed; before it was completed: cancelled."),
            EventWord.Of("refunded", "refund.succeeded", "refund", "Money went back."),
        ],
        Expectations =
        [
            new("orders", Shape.Map(Shape.Fields(("status", Shape.OneOf("announced", "placed", "paid", "shipped", "completed", "closed", "partly_refunded", "refunded")),
                ("total", Shape.Ref("amount")), ("refunded", Shape.Ref("amount")), ("kept", Shape.Ref("amount")), ("kind", Shape.OneOf("sale", "adjustment", "copy")), ("suspected", Shape.Flag()), ("who", Shape.Who().OrNothing()), ("ordered", Shape.Time()),
                ("completed", Shape.Time().OrNothing()))).Says("Orders by number, or by channel/shop/number where one number is several orders'."), Orders),
        ],
    };

    private static StepWord Order(string name, string type, string description) => EventWord.Of(name, type, "order", description,
        new JsonObject { ["amount"] = Shape.Ref("amount").Says("The whole order as one line.") }, (data, _) =>
        {
            if (data["amount"] is not { } amount) return;
            data.Remove("amount");
            data["lines"] = new JsonArray(new JsonObject { ["sku"] = "A", ["quantity"] = 1, ["amount"] = amount });
        });

    private static async Task<JsonNode?> Orders(ScenarioStage stage, JsonNode expected)
    {
        var actual = new JsonObject();
        foreach (var (number, what) in expected.AsObject())
        {
            var rows = await stage.Books.Read(OrderRow.Select + " where number = @number or order_key = @number", OrderRow.Read, [("number", number)]);
            actual[number] = rows.Count == 1 ? await Of(stage, rows[0].State, what!) : rows.Count == 0 ? null : $"{rows.Count} orders have this number";
        }
        return actual;
    }

    private static async Task<JsonNode?> Of(ScenarioStage stage, Contracts.Orders.OrderState order, JsonNode expected) => new JsonObject
    {
        ["kind"] = order.Kind.Code(),
        ["suspected"] = (await stage.Get<DuplicateReader>().Suspected([order.OrderId], CancellationToken.None)).Count > 0,
        ["status"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(order.Status.ToString()),
        ["total"] = EventWord.AmountText(order.TotalMinor, order.Currency),
        ["refunded"] = EventWord.AmountText(order.RefundedMinor, order.Currency),
        ["kept"] = EventWord.AmountText(order.TotalMinor - order.RefundedMinor, order.Currency),
        ["ordered"] = Rfc3339.Write(order.OrderedAtMs),
        ["completed"] = order.CompletedAtMs is { } at ? Rfc3339.Write(at) : null,
        ["who"] = order.PersonId == 0 ? null : expected["who"] is { } who && await stage.Person(who) == order.PersonId ? who.DeepClone() : "somebody else",
    };
}
