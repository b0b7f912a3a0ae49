using System.Globalization;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Benefits;
using Danke.Loyalty.Benefits;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Platform.Books;
using Danke.Platform.Scenarios;

namespace Danke.Loyalty.Scenarios;

/// <summary>Benefits used, given and left.</summary>
internal static class BenefitWords
{
    public static StepWord Used { get; } = new("used", Shape.Fields(
        ("who", Shape.Who()), ("benefit", Shape.Text()), ("times", Shape.Whole("Once when left out.")), ("order", Shape.Text("The order that it is used with.")), ("channel", Shape.Text("'store' when left out.")),
        ("as", Shape.Text("What to call it."))).Needs("who", "benefit").Says("A member uses a benefit."), async (stage, happening) =>
        {
            var given = happening.Given;
            var use = new BenefitUsed(PersonCriteria.DefaultProgram, Text(given, "benefit")!, given["times"]?.GetValue<long>() ?? 1, Text(given, "order"), null);
            var command = happening.ByOperator(await stage.Person(given["who"]!), use) with { Channel = Text(given, "channel") ?? "store" };
            if (Text(given, "as") is { } name) stage.Remember(name, command);
            return [command];
        });

    public static StepWord Undone { get; } = new("use_undone", Shape.Fields(("who", Shape.Who()), ("use", Shape.Text("What the step that used it is called (as)."))).Needs("who", "use").Says("A use is undone by hand."), async (stage, happening) =>
    {
        var use = (await stage.Books.Read("select benefit_use_id from benefit_uses where command_key in ({keys:text})", r => r.GetInt64(0), [("keys", stage.CommandsOf(Text(happening.Given, "use")!))])).FirstOrDefault();
        return [happening.ByOperator(await stage.Person(happening.Given["who"]!), new BenefitUseReversed(use, "scenario"))];
    });

    public static ExpectWord Benefits { get; } = new("benefits", Shape.Map(Shape.Map(Shape.Fields(
            ("used", Shape.Whole("In the period of the quota.")), ("left", Shape.Whole().OrNothing()), ("resets", Shape.Time().OrNothing()),
            ("given", Shape.List(Shape.Text()).Says("Gifts in order, as 'when occasion points', with what was taken back of a gift that was undone: '2026-03-10 gold 500', '2026-03-10 gold 500 -300'; a voucher in place of points.")))))
        .Says("By person and benefit, in the program default."), (stage, expected) => stage.OfEach(expected, async (person, what) =>
        {
            var program = await stage.Get<LivePrograms>().Find(PersonCriteria.DefaultProgram, CancellationToken.None);
            var row = (await stage.Books.Read(MembershipRow.Select + " where person_id = @person and program = @program", MembershipRow.Read, [("person", person), ("program", PersonCriteria.DefaultProgram)])).FirstOrDefault();
            var rows = await stage.Books.Read(BenefitUseRow.Select + " where person_id = @person order by at_ms, benefit_use_id", BenefitUseRow.Read, [("person", person)]);
            var actual = new JsonObject();
            foreach (var (name, _) in what?.AsObject() ?? [])
            {
                var quota = program?.Benefits.FirstOrDefault(b => b.Name == name) is { } benefit && row is not null
                    ? Quotas.At(benefit.Quota, program.Zone, row.TierSinceMs, rows.Where(r => r.Benefit == name && r.State == BenefitUseRow.Used).Select(r => (r.AtMs, r.Times)), stage.NowMs) : default;
                actual[name] = new JsonObject
                {
                    ["used"] = quota.Used,
                    ["left"] = quota.Left,
                    ["resets"] = quota.ResetsAtMs is { } resets ? Contracts.Events.Rfc3339.Write(resets) : null,
                    ["given"] = new JsonArray([.. rows.Where(r => r.Benefit == name && r.Occasion.Length > 0).Select(r => (JsonNode)Line(stage, r))]),
                };
            }
            return actual;
        }));

    private static string Line(ScenarioStage stage, BenefitUseRow r) => string.Create(CultureInfo.InvariantCulture,
        $"{stage.Names.Local(r.AtMs)} {r.Occasion}{(r.Points > 0 ? $" {r.Points}" : "")}{(r.Voucher is { } v ? $" {v}" : "")}{(r.State == BenefitUseRow.Reversed ? $" -{r.TakenBack}" : "")}");

    private static string? Text(JsonNode given, string field) => given[field]?.GetValue<string>();
}
