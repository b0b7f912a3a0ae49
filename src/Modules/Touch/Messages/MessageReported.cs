using System.Globalization;
using System.Text;
using Danke.Contracts.Commands;
using Danke.Contracts.Touch;

namespace Danke.Touch.Messages;

/// <summary>What became of a message that was being handed over.</summary>
/// <param name="WasSent">False: the sender died before it had; it is queued again if that is still allowed.</param>
internal sealed record MessageReported(long MessageId, bool WasSent) : CommandBody, ITouches
{
    public override string Type => WasSent ? "message.sent" : "message.not_sent";

    public static Command Sent(MessageRow message, long nowMs) => For(message, $"{message.Key}/sent", true, nowMs);

    /// <summary>May happen more than once to a message, but once a claim.</summary>
    public static Command NotSent(MessageRow message, long nowMs) =>
        For(message, string.Create(CultureInfo.InvariantCulture, $"{message.Key}/not_sent/{message.ClaimedAtMs}"), false, nowMs);

    private static Command For(MessageRow message, string id, bool wasSent, long nowMs) => new()
    {
        Source = Sources.Touch,
        Id = id,
        AtMs = nowMs,
        Channel = message.Via,
        PersonId = message.PersonId,
        Body = new MessageReported(message.MessageId, wasSent),
        Raw = Encoding.UTF8.GetBytes($$"""{"source":"{{Sources.Touch}}","id":"{{id}}","type":"{{(wasSent ? "message.sent" : "message.not_sent")}}"}"""),
    };
}
