using Danke.Platform.Audits;

namespace Danke.Touch.Auditing;

/// <summary>Every message is one row that says what became of it.</summary>
internal static class MessageChecks
{
    public static readonly IReadOnlyList<AuditCheck> All =
    [
        new()
        {
            Name = "touch.messages_unique",
            Says = "No message was written twice.",
            Advice = "The unique index on messages.message_key is missing: make it again after removing what was not sent.",
            Rows = "select count(*) from messages",
            Differences = "select message_key, 1, count(*) from messages group by message_key having count(*) > 1",
        },
        new()
        {
            Name = "touch.message_states",
            Says = "What was skipped has a reason, what was sent has an instant (its text and address may be gone since), what is to be sent has a body and an address.",
            Advice = "Nothing corrects this by itself: find what wrote to the table beside the Door.",
            Rows = "select count(*) from messages",
            Differences = """
                select message_id, 'what its state needs', state || ', ' || coalesce(reason, 'no reason') || ', sent ' || coalesce(cast(sent_at_ms as text), 'never')
                  || case when body_cipher is null then ', no body' else '' end || case when address_key = 0 then ', no address' else '' end
                from messages
                where not (state = 'skipped' and reason is not null and sent_at_ms is null)
                  and not (state = 'sent' and reason is null and sent_at_ms is not null and (body_cipher is not null) = (address_key <> 0))
                  and not (state = 'queued' and reason is null and sent_at_ms is null and body_cipher is not null and address_key <> 0)
                  and not (state = 'sending' and reason is null and sent_at_ms is null and body_cipher is not null and address_key <> 0 and claimed_by is not null)
                """,
        },
        new()
        {
            Name = "touch.sending",
            Says = "No message has been on its way out for more than a day.",
            Advice = "The sender that claimed it has not come back: start the server on that sender's data directory (outbox/sender.id). Only it knows whether the message went out.",
            Rows = "select count(*) from messages where state = 'sending'",
            Differences = "select message_id, 'sent or queued', 'claimed by ' || claimed_by from messages where state = 'sending' and claimed_at_ms < @yesterday",
        },
        AuditCheck.PersonsOf("touch", "messages", "message_id"),
    ];
}
