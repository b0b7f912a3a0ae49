using System.Globalization;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Engines.Offers;
using Danke.Offers.Taking;
using Danke.Platform.Books;
using Danke.Platform.Scenarios;

namespace Danke.Offers.Scenarios;

/// <summary>What scenarios say of offers: coupons issued, what checkouts lock, use and give back, and how limits and budgets stand.</summary>
internal static class OfferScenarioWords
{
    public static ScenarioWords All { get; } = new()
    {
        Steps =
        [
            new("issued", Shape.Fields(("who", Shape.Who()), ("offer", Shape.Text()), ("grant_key", Shape.Text("What it is given for: asked again under the same key, it is the same coupon.")), ("as", Shape.Text("What to call the coupon.")))
                .Needs("who", "offer").Says("A person is issued a coupon."), async (stage, happening) =>
                {
                    var command = await happening.ByOperator(stage, new CouponIssued(Text(happening.Given, "offer"), happening.Given["grant_key"]?.GetValue<string>()));
                    return [Called(stage, happening, command)];
                }),
            new("locked_offer", Taking(("session", Shape.Text("The checkout.")), ("hours", Shape.Whole("How long the lock holds; left out: as long as the offer says."))).Needs("session", "amount").Says("A checkout locks an offer; the same session again overrides."),
                (stage, happening) => Take(stage, happening, isLock: true)),
            new("used_offer", Taking().Needs("amount").Says("An offer is used at once, without a lock."), (stage, happening) => Take(stage, happening, isLock: false)),
            Settling("used_session", OfferUseStep.Redeemed, "All that a checkout has locked is used."),
            Settling("released_session", OfferUseStep.Released, "All that a checkout has locked is given up."),
            new("reverted_offer", Shape.Fields(("use", Shape.Text("What the step that used it is called (as), or the session.")), ("amount", Shape.Ref("amount"))).Needs("use").Says("A use comes back, in full or in part."), async (stage, happening) =>
            {
                var use = await Use(stage, Text(happening.Given, "use"));
                var amount = happening.Given["amount"] is { } part ? EventWord.AmountOf(part.GetValue<string>()).Minor : (long?)null;
                return [happening.ByOperator(use?.PersonId ?? 0, new OfferUseSettled(OfferUseStep.Reverted, use?.Id ?? -1, "", amount))];
            }),
        ],
        Expectations =
        [
            new("offers", Shape.Map(Shape.Fields(("coupons", Shape.Whole("Issued.")), ("uses", Shape.Whole("Locked and used.")), ("spent_minor", Shape.Whole("Of the budget.")))).Says("What all uses hold, by offer."), Offers),
            new("coupons", Shape.Map(Shape.List(Shape.Text())).Says("By person, in order of issuing, as 'offer state' and the last day if there is one: 'twenty issued 2026-04-09'."), Coupons),
            new("sessions", Shape.Map(UseShape().OrNothing()).Says("The newest use of a checkout, by session; null: none."), (stage, expected) => Uses(stage, expected, "session_key = @name")),
            new("offer_uses", Shape.Map(UseShape().OrNothing()).Says("Uses, by what the steps that made them are called (as); null: none."), async (stage, expected) =>
            {
                var actual = new JsonObject();
                foreach (var (name, _) in expected.AsObject()) actual[name] = Of(await Use(stage, name));
                return actual;
            }),
        ],
        Clocks =
        [
            new("locks lapse", async stage => (await stage.Books.Read("select min(ends_at_ms) from offer_uses where state = 'locked'", r => r.LongOrNull(0)))[0], stage => stage.Get<LockClock>().Sweep(CancellationToken.None)),
        ],
    };

    private static JsonObject UseShape() => Shape.Fields(
        ("state", Shape.OneOf("locked", "used", "released", "lapsed", "reverted")), ("desired_minor", Shape.Whole("What the basket should have got.")), ("given_minor", Shape.Whole("What it gets.")),
        ("reverted_minor", Shape.Whole("What came back of it.")), ("usage_counted", Shape.Flag("It is used and counts against the limits.")));

    private static JsonObject Taking(params (string, JsonObject)[] also) => Shape.Fields([
        ("who", Shape.Who()), ("offer", Shape.Text("Its name; or code, or coupon.")), ("code", Shape.Text("As it is typed.")), ("coupon", Shape.Text("What the step that issued it is called (as).")),
        ("amount", Shape.Ref("amount")), ("order", Shape.Text("The order that it is for.")), ("channel", Shape.Text("Of the order; 'store' when left out.")), ("as", Shape.Text("What to call the use.")), .. also]);

    private static async Task<IReadOnlyList<Command>> Take(ScenarioStage stage, Happening happening, bool isLock)
    {
        var given = happening.Given;
        var (minor, currency) = EventWord.AmountOf(Text(given, "amount"));
        var coupon = given["coupon"] is null ? 0 : (await stage.Books.Read("select coupon_id from coupons where command_key in ({keys:text})", r => r.GetInt64(0), [("keys", stage.CommandsOf(Text(given, "coupon")))])).FirstOrDefault(-1);
        long? ends = given["hours"] is { } hours ? happening.AtMs + hours.GetValue<long>() * 3_600_000 : null;
        var taken = new OfferTaken(isLock, Text(given, "offer"), coupon, Text(given, "code"), Text(given, "session"), given["order"]?.GetValue<string>(), minor, currency, ends);
        var command = happening.ByOperator(given["who"] is { } who ? await stage.Person(who) : 0, taken) with { Channel = given["channel"]?.GetValue<string>() ?? "store" };
        return [Called(stage, happening, command)];
    }

    private static StepWord Settling(string name, OfferUseStep step, string says) => new(name, Shape.Fields(("session", Shape.Text())).Needs("session").Says(says), (_, happening) =>
        Task.FromResult<IReadOnlyList<Command>>([happening.ByOperator(0, new OfferUseSettled(step, 0, Text(happening.Given, "session"), null))]));

    private static Command Called(ScenarioStage stage, Happening happening, Command command)
    {
        if (happening.Given["as"]?.GetValue<string>() is { } name) stage.Remember(name, command);
        return command;
    }

    private static string Text(JsonNode given, string field) => given[field]?.GetValue<string>() ?? "";

    private static async Task<UseRow?> Use(ScenarioStage stage, string name) =>
        (await stage.Books.Read(UseRow.Select + " where command_key in ({keys:text}) or session_key = @session order by offer_use_id desc", UseRow.Read, [("keys", stage.CommandsOf(name)), ("session", name)])).FirstOrDefault();

    private static async Task<JsonNode?> Uses(ScenarioStage stage, JsonNode expected, string where)
    {
        var actual = new JsonObject();
        foreach (var (name, _) in expected.AsObject())
            actual[name] = Of((await stage.Books.Read($"{UseRow.Select} where {where} order by offer_use_id desc limit 1", UseRow.Read, [("name", name)])).FirstOrDefault());
        return actual;
    }

    private static JsonObject? Of(UseRow? row) => row is null ? null : new JsonObject
    {
        ["state"] = OfferWords.Of(row.Use.State),
        ["desired_minor"] = row.Use.DesiredMinor,
        ["given_minor"] = row.Use.GivenMinor,
        ["reverted_minor"] = row.Use.RevertedMinor,
        ["usage_counted"] = row.Use.IsUsageCounted,
    };

    private static async Task<JsonNode?> Offers(ScenarioStage stage, JsonNode expected)
    {
        var rows = (await stage.Books.Read(CountsRow.Select, CountsRow.Read, [])).ToDictionary(r => r.Offer);
        var actual = new JsonObject();
        foreach (var (name, _) in expected.AsObject())
        {
            var row = rows.GetValueOrDefault(name) ?? new CountsRow(name, 0, default);
            actual[name] = new JsonObject { ["coupons"] = row.Coupons, ["uses"] = row.Held.Uses, ["spent_minor"] = row.Held.SpentMinor };
        }
        return actual;
    }

    private static Task<JsonNode?> Coupons(ScenarioStage stage, JsonNode expected) => stage.OfEach(expected, async (person, _) =>
        new JsonArray([.. (await stage.Books.Read(CouponRow.Select + " where person_id = @person order by coupon_id", CouponRow.Read, [("person", person)]))
            .Select(c => (JsonNode)string.Create(CultureInfo.InvariantCulture, $"{c.Offer} {OfferWords.Of(c.State)}{(c.EndsAtMs is { } ends ? " " + stage.Names.LastDay(ends) : "")}"))]));
}
