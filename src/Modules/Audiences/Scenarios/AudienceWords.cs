using System.Text.Json.Nodes;
using Danke.Contracts.Persons;
using Danke.Platform.Insight;
using Danke.Platform.Scenarios;

namespace Danke.Audiences.Scenarios;

/// <summary>What scenarios say of audiences: who is in them now.</summary>
internal static class AudienceWords
{
    /// <summary>Scenarios are small worlds; more members than this nobody lists.</summary>
    private const int MostMembers = 1_000;

    public static ScenarioWords All { get; } = new()
    {
        Expectations =
        [
            new("audiences", Shape.Map(Shape.List(Shape.Who())).Says("By audience, exactly who is in it now."), Members) { NeedsInsight = true },
        ],
    };

    private static async Task<JsonNode?> Members(ScenarioStage stage, JsonNode expected)
    {
        var queries = stage.Get<AudienceQueries>();
        // Nobody waits a minute in a scenario.
        if (await stage.Get<IHouseholds>().Refresh(CancellationToken.None) > 0) await stage.Get<InsightFeeder>().WaitUntilCaughtUp(CancellationToken.None);
        var actual = new JsonObject();
        foreach (var (name, wanted) in expected.AsObject())
        {
            if (await stage.Get<LiveAudiences>().Find(name, CancellationToken.None) is not { } audience) continue;
            var members = (await queries.Page(audience.Definition, await queries.Ask(audience.Definition, CancellationToken.None), 0, MostMembers, CancellationToken.None)).Persons.ToList();
            var found = new JsonArray();
            foreach (var who in wanted!.AsArray())
                if (await stage.Person(who!) is var person and not 0 && members.Remove(person)) found.Add(who!.DeepClone());
            foreach (var other in members) found.Add($"person {other}");
            actual[name] = found;
        }
        return actual;
    }
}
