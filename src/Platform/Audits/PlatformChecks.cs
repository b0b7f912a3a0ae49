namespace Danke.Platform.Audits;

/// <summary>What must hold of the commands, the outbox and its readers.</summary>
internal static class PlatformChecks
{
    public static readonly IReadOnlyList<AuditCheck> All =
    [
        new()
        {
            Name = "platform.outbox_positions",
            Says = "No reader of the outbox is beyond its end.",
            Advice = "The Books were restored to an earlier moment than the reader's store. Rebuild Insight: ./danke insight rebuild",
            Rows = "select count(*) from outbox_readers",
            Differences = """
                select r.reader, 'before ' || cast(coalesce(s.next, 1) as text), r.position_seq
                from outbox_readers r left join sequences s on s.name = 'outbox' where r.position_seq >= coalesce(s.next, 1)
                """,
        },
        new()
        {
            Name = "platform.outbox_numbers",
            Says = "Every number in the outbox was given out before.",
            Advice = "The sequences table is older than the rest of the Books: numbers would be given twice. Restore one backup whole.",
            Rows = "select count(*) from outbox",
            Differences = """
                select o.seq, 'before ' || cast(coalesce(s.next, 1) as text), o.seq
                from outbox o left join sequences s on s.name = 'outbox' where o.seq >= coalesce(s.next, 1)
                """,
        },
        new()
        {
            Name = "platform.outbox_commands",
            Says = "Everything announced was announced by a command that was applied.",
            Advice = "The outbox row did not come through the Door. Restore one backup whole.",
            Rows = "select count(*) from outbox",
            Differences = """
                select o.seq, 'an applied command', o.command_key from outbox o left join commands c on c.command_key = o.command_key
                where c.command_key is null or c.status <> 0
                """,
        },
        new()
        {
            Name = "platform.dead_letters",
            Says = "No open dead letter is of a command that was applied.",
            Advice = "Replaying the letter does no harm (it is a duplicate); drop it in the console.",
            Rows = "select count(*) from dead_letters",
            Differences = """
                select d.dead_letter_id, 'replayed', d.state from dead_letters d join commands c on c.command_key = d.command_key where d.state = 'open'
                """,
        },
    ];
}
