using Danke.Platform.Privacy;
using static Danke.Platform.Privacy.PersonalField;

namespace Danke.Touch.Privacy;

/// <summary>That a message was sent stays counted; its text and its address go, and what waits is not sent.</summary>
internal static class TouchPersonalTables
{
    private const string Theirs = "person_id in ({set:persons}) or address_key in ({set:keys})";

    public static readonly IReadOnlyList<PersonalTable> All =
    [
        new()
        {
            Name = "messages",
            Title = new("消息", "Messages"),
            Where = Theirs,
            Fate = Fate.Kept,
            Identifies = true,
            Erase =
            [
                $"""
                update messages set person_id = case when person_id in ({"{set:persons}"}) then @anonymous else person_id end, via_key = 0, address_key = 0, body_cipher = null,
                  reason = case when state in ('queued', 'sending') then 'erased' else reason end, state = case when state in ('queued', 'sending') then 'skipped' else state end,
                  claimed_by = null, claimed_at_ms = null
                where {Theirs}
                """,
            ],
            OrderBy = "message_id",
            Fields =
            [
                At("at", "时间", "At", "at_ms"), Text("via", "方式", "Via"), Text("state", "状态", "State"), Text("reason", "原因", "Reason"), Text("journey", "旅程", "Journey"), Text("template", "模板", "Template"),
                Sealed("content", "内容", "Content", "body_cipher"), At("sent_at", "发送", "Sent", "sent_at_ms"),
            ],
        },
    ];
}
