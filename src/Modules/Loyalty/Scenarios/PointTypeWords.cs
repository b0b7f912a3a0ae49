using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Platform.Scenarios;

namespace Danke.Loyalty.Scenarios;

/// <summary>Points of further types, and what becomes of one type in another.</summary>
internal static class PointTypeWords
{
    public static StepWord Converted { get; } = new("converted", Shape.Fields(("who", Shape.Who()), ("from", Shape.Text("A type; points is the first.")), ("to", Shape.Text()), ("points", Shape.Whole("So many of from.")),
        ("as", Shape.Text("What to call the lot it makes."))).Needs("who", "from", "to", "points").Says("Points of one type become points of another."), async (stage, happening) =>
        {
            var given = happening.Given;
            var command = await happening.ByOperator(stage, new PointsConverted(PersonCriteria.DefaultProgram, given["from"]!.GetValue<string>(), given["to"]!.GetValue<string>(), given["points"]!.GetValue<long>()));
            if (given["as"]?.GetValue<string>() is { } name) stage.Remember(name, command);
            return [command];
        });

    public static ExpectWord PointsOf { get; } = new("points_of", Shape.Map(Shape.Map(LoyaltyWords.Member().OrNothing())).Says("Points of further types in the program default, by type and person; null: there never were any."),
        async (stage, expected) =>
        {
            var actual = new JsonObject();
            foreach (var (type, members) in expected.AsObject()) actual[type] = await LoyaltyWords.Members(stage, PointTypes.LedgerOf(PersonCriteria.DefaultProgram, type), members!);
            return actual;
        });
}
