using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Platform.Books;
using Danke.Platform.Scenarios;

namespace Danke.App.Scenarios;

/// <summary>What scenarios say that is no module's: any event as it is on the wire, and what was refused.</summary>
internal static class PlatformWords
{
    public static ScenarioWords All { get; } = new()
    {
        Steps =
        [
            new("event", new JsonObject { ["type"] = "object", ["description"] = "Any event as on the wire; source, id, time and channel may be left out." }, Event),
        ],
        Expectations =
        [
            new("dead_letters", Shape.List(Shape.Text()).Says("The codes of what was refused and kept, in order."), async (stage, _) => new JsonArray(
                [.. (await stage.Books.Read("select code from dead_letters where state = 'open' order by dead_letter_id", r => r.GetString(0))).Select(code => (JsonNode)code)])),
        ],
    };

    private static Task<IReadOnlyList<Command>> Event(ScenarioStage stage, Happening happening)
    {
        var wire = happening.Given.DeepClone().AsObject();
        wire["source"] ??= EventWord.Source;
        wire["id"] ??= happening.Id;
        wire["time"] ??= Rfc3339.Write(happening.AtMs);
        wire["channel"] ??= "store";
        return Task.FromResult<IReadOnlyList<Command>>([EventWord.Read(wire, stage.NowMs, happening.Given)]);
    }
}
