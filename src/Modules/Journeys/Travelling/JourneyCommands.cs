using System.Globalization;
using System.Text;
using Danke.Contracts.Commands;
using Danke.Contracts.Touch;

namespace Danke.Journeys.Travelling;

/// <summary>Moves an entry on from where it stood when it became due. Sent by the clock; of two for one visit the first counts.</summary>
internal sealed record AdvanceJourney(long EntryId, string Node, long Visit) : CommandBody, ITouches
{
    public override string Type => "journey.advanced";

    public static Command For(long entryId, string node, long visit, long personId, long nowMs) => Internal.Command(
        Sources.Clock, string.Create(CultureInfo.InvariantCulture, $"{entryId}/{node}/{visit}"), personId, nowMs, new AdvanceJourney(entryId, node, visit));
}

/// <summary>Takes an entry out of its journey.</summary>
internal sealed record EndJourneyEntry(long EntryId, string Reason) : CommandBody
{
    public const string ByHand = "by_hand";

    public override string Type => "journey.entry_ended";

    public static Command For(long entryId, long personId, long nowMs) => Internal.Command(
        Sources.Operator, string.Create(CultureInfo.InvariantCulture, $"journey-entry/{entryId}/end"), personId, nowMs, new EndJourneyEntry(entryId, ByHand));
}

internal static class Internal
{
    public static Command Command(string source, string id, long personId, long nowMs, CommandBody body) => new()
    {
        Source = source,
        Id = id,
        AtMs = nowMs,
        Channel = "journey",
        PersonId = personId,
        Body = body,
        Raw = Encoding.UTF8.GetBytes($$"""{"source":"{{source}}","id":"{{id}}","type":"{{body.Type}}"}"""),
    };
}
