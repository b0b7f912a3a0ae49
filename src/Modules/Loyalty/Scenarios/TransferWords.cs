using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Platform.Scenarios;

namespace Danke.Loyalty.Scenarios;

/// <summary>Points from member to member.</summary>
internal static class TransferWords
{
    public static StepWord Transferred { get; } = new("transferred", Shape.Fields(("who", Shape.Who()), ("to", Shape.Who()), ("points", Shape.Whole()), ("point_type", Shape.Text("Which points; the program's first type when left out.")), ("as", Shape.Text("What to call the lots it makes.")))
        .Needs("who", "to", "points").Says("Points go from one member to another."), async (stage, happening) =>
        {
            var given = happening.Given;
            var command = await happening.ByOperator(stage, new PointsTransferred(PointTypes.LedgerOf(PersonCriteria.DefaultProgram, given["point_type"]?.GetValue<string>()), given["points"]!.GetValue<long>(), await stage.Person(given["to"]!), "scenario"));
            if (given["as"]?.GetValue<string>() is { } name) stage.Remember(name, command);
            return [command];
        });
}
