using System.Text.Json.Nodes;
using Danke.Contracts.Persons;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Touch.Messages;

namespace Danke.Touch.Looking;

/// <summary>Messages, sent or not, as lines of a person's timeline.</summary>
internal sealed class MessageTimeline(BooksStore books, Vault vault) : ITimelineSource
{
    public string Name => "message";
    public string Kind => TimelineKinds.Message;

    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel) => await books.Read($"""
        {MessageRow.Select} where person_id = @person and (at_ms, message_id) < (@at, @id) order by at_ms desc, message_id desc limit @limit
        """, r => Line(MessageRow.Read(r), request.MayReveal),
        [("person", request.PersonId), ("at", request.AtMs), ("id", request.Number), ("limit", (long)request.Limit)], cancel);

    private TimelineItem Line(MessageRow message, bool reveal)
    {
        var data = new JsonObject { ["message_id"] = message.MessageId, ["via"] = message.Via, ["template"] = message.Template, ["journey"] = message.Journey, ["reason"] = message.Reason };
        if (message.BodyCipher is { } cipher)
        {
            var body = MessageBody.Open(vault, cipher);
            data["to"] = reveal || body.To is null ? body.To : Vault.Mask(message.Via == "email" ? "email" : "phone", body.To);
            if (reveal) data["text"] = body.Text;
        }
        return new TimelineItem(message.AtMs, message.MessageId, message.Via, $"message.{message.State}", data, ReasonOf(message));
    }

    private static string ReasonOf(MessageRow message) => message.Reason switch
    {
        SkipReason.NoConsent => $"Not sent: no consent to marketing by {message.Via}. Wanted by journey {message.Journey}.",
        SkipReason.NoContactPoint => $"Not sent: no contact point for {message.Via}. Wanted by journey {message.Journey}.",
        SkipReason.RenderError => $"Not sent: something the text requires is not known. Wanted by journey {message.Journey}.",
        _ => $"Wanted by journey {message.Journey}.",
    };
}
