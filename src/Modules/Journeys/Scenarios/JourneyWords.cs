using System.Text.Json.Nodes;
using Danke.Contracts.Events;
using Danke.Journeys.Travelling;
using Danke.Platform.Books;
using Danke.Platform.Scenarios;

namespace Danke.Journeys.Scenarios;

/// <summary>What scenarios say of journeys: where persons stand in them. What makes them enter are other modules' words.</summary>
internal static class JourneyWords
{
    public static ScenarioWords All { get; } = new()
    {
        Expectations =
        [
            new("journeys", Shape.Map(Shape.Map(Shape.Either(Entry(), Shape.List(Entry())).OrNothing()))
                .Says("By person and journey, where they stand: their newest entry, or a list of all; null: never entered."), Journeys),
        ],
        Clocks =
        [
            new("journeys go on", async stage => (await stage.Books.Read("select min(due_at_ms) from journey_entries where state = 'waiting'", r => r.LongOrNull(0)))[0],
                stage => stage.Get<JourneyClock>().Sweep(CancellationToken.None)),
        ],
    };

    private static JsonObject Entry() => Shape.Fields(
        ("node", Shape.Text("Where it stands, or ended.")), ("state", Shape.OneOf("waiting", "ended")), ("due", Shape.Time("When it goes on.").OrNothing()),
        ("reason", Shape.Text("Why it ended.").OrNothing()), ("entered", Shape.Time()), ("version", Shape.Whole()), ("passed", Shape.List(Shape.Text()).Says("The nodes it left, in order.")));

    private static Task<JsonNode?> Journeys(ScenarioStage stage, JsonNode expected) => stage.OfEach(expected, async (person, what) =>
    {
        var actual = new JsonObject();
        foreach (var (journey, wanted) in what?.AsObject() ?? [])
        {
            var rows = await stage.Books.Read(EntryRow.Select + " where person_id = @person and journey = @journey order by entry_id", EntryRow.Read, [("person", person), ("journey", journey)]);
            var entries = new JsonArray();
            foreach (var row in rows) entries.Add(await Of(stage, row));
            actual[journey] = wanted is JsonArray ? entries : entries.LastOrDefault()?.DeepClone();
        }
        return actual;
    });

    private static async Task<JsonObject> Of(ScenarioStage stage, EntryRow row) => new()
    {
        ["node"] = row.Node,
        ["state"] = row.State,
        ["due"] = row.DueAtMs is { } due ? Rfc3339.Write(due) : null,
        ["reason"] = row.EndReason,
        ["entered"] = Rfc3339.Write(row.EnteredAtMs),
        ["version"] = row.Version,
        ["passed"] = new JsonArray([.. (await stage.Books.Read("select node from journey_steps where entry_id = @entry order by visit", r => r.GetString(0), [("entry", row.EntryId)])).Select(n => (JsonNode)n)]),
    };
}
