using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Tiers;
using Danke.Loyalty.Earning;
using Danke.Platform.Scenarios;

namespace Danke.Loyalty.Scenarios;

/// <summary>Tiers that are given.</summary>
internal static class TierWords
{
    public static StepWord Granted { get; } = new("granted", Shape.Fields(("who", Shape.Who()), ("tier", Shape.Text()), ("last_day", Shape.Day("The last day of it; for ever when left out."))).Needs("who", "tier")
        .Says("A tier is given by hand."), async (stage, happening) =>
        {
            var given = happening.Given;
            long? until = given["last_day"] is { } day ? stage.Names.EndOf(day) : null;
            return
            [
                await happening.ByOperator(stage, new GrantTier(PersonCriteria.DefaultProgram, given["tier"]!.GetValue<string>(), GrantKind.Manual, until, "scenario", null)),
            ];
        });
}
