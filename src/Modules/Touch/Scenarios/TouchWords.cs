using System.Text.Json.Nodes;
using Danke.Contracts.Events;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Scenarios;
using Danke.Touch.Messages;
using Danke.Touch.Outgoing;

namespace Danke.Touch.Scenarios;

/// <summary>What scenarios say of messages.</summary>
internal static class TouchWords
{
    // A sweep a second: what was written may be taken back until then.
    private const long HandedOverAfterMs = 1_000;

    public static ScenarioWords All { get; } = new()
    {
        Expectations =
        [
            new("messages", Shape.Map(Shape.List(Shape.Fields(("template", Shape.Text()), ("via", Shape.Text()), ("state", Shape.OneOf("queued", "sending", "sent", "skipped")),
                ("reason", Shape.Text("Why it was not sent.").OrNothing()), ("at", Shape.Time("When it was written.")), ("to", Shape.Text().OrNothing()), ("text", Shape.Text().OrNothing()),
                ("journey", Shape.Text())))).Says("Every message to these persons, sent or not, in order. It is handed over a second after it was written."), Messages),
        ],
        Clocks =
        [
            new("messages are handed over", async stage => (await stage.Books.Read("select min(at_ms) from messages where state = 'queued'", r => r.LongOrNull(0)))[0] + HandedOverAfterMs,
                stage => stage.Get<LocalOutbox>().Sweep(CancellationToken.None)),
        ],
    };

    private static Task<JsonNode?> Messages(ScenarioStage stage, JsonNode expected) => stage.OfEach(expected, async (person, _) =>
        new JsonArray([.. (await stage.Books.Read(MessageRow.Select + " where person_id = @person order by message_id", MessageRow.Read, [("person", person)])).Select(m => Of(stage, m))]));

    private static JsonObject Of(ScenarioStage stage, MessageRow message)
    {
        var body = message.BodyCipher is { } cipher ? MessageBody.Open(stage.Get<Vault>(), cipher) : null;
        return new JsonObject
        {
            ["template"] = message.Template,
            ["via"] = message.Via,
            ["state"] = message.State,
            ["reason"] = message.Reason,
            ["at"] = Rfc3339.Write(message.AtMs),
            ["to"] = body?.To,
            ["text"] = body?.Text,
            ["journey"] = message.Journey,
        };
    }
}
