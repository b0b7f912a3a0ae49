using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Platform.Books;

namespace Danke.Loyalty.Expiring;

/// <summary>
/// Asks the Door to tell members what will end, once for each day on which points of theirs end and each number of days before it. What is
/// told is what was so at 00:00 of the day on which it was due, however late on that day it is done.
/// </summary>
internal sealed class ReminderClock(BooksStore books, LivePrograms programs, LocalDays days, DueCommands due)
{
    private const string Work = "expiry_reminders";

    private readonly record struct Due(long EndsAtMs, long PersonId);

    /// <summary>Does all that is due now; answers how many reminders that was.</summary>
    public async Task<int> Sweep(CancellationToken cancel)
    {
        var told = 0;
        foreach (var program in await programs.AllLedgers(cancel))
            if (program.ExpiryReminders is { } rule)
                told += await days.Do(program, Work, async (day, today) =>
                {
                    var count = 0;
                    foreach (var before in rule.DaysBefore) count += await Remind(program, before, day, today, cancel);
                    return count;
                }, cancel);
        return told;
    }

    /// <summary>When a day's reminders are due next; null when no program has any.</summary>
    public async Task<long?> NextMs(CancellationToken cancel)
    {
        long? next = null;
        foreach (var program in await programs.AllLedgers(cancel))
            if (program.ExpiryReminders is not null && await days.NextMs(program, Work, cancel) is var at && (next is null || at < next)) next = at;
        return next;
    }

    private Task<int> Remind(LoyaltyProgram program, int before, long day, long today, CancellationToken cancel)
    {
        var (afterMs, upToMs) = Reminding.EndsRemindedOn(program.Zone, day, before);
        var dueMs = LocalDay.StartOf(program.Zone, day);
        return due.Submit(new Due(afterMs, long.MaxValue), last => ReadDue(program.Name, last, upToMs, dueMs, cancel),
            d => DueCommands.Command($"remind/{program.Name}/{d.PersonId}/{d.EndsAtMs}/{before}", d.PersonId, dueMs, new RemindOfExpiry(program.Name, d.EndsAtMs, before, today)), cancel);
    }

    // What was spent since midnight was there at midnight.
    private Task<List<Due>> ReadDue(string program, Due after, long upTo, long dueMs, CancellationToken cancel) => books.Read("""
        select distinct expires_at_ms, person_id from lots l
        where program = @program and expires_at_ms is not null and expires_at_ms >= @ends and expires_at_ms <= @upto and (expires_at_ms, person_id) > (@ends, @person)
          and (state = 'active' or state = 'spent' and exists (select 1 from points_entries e where e.person_id = l.person_id and e.program = l.program and e.lot_id = l.lot_id and e.at_ms >= @due))
        order by expires_at_ms, person_id limit @limit
        """, r => new Due(r.GetInt64(0), r.GetInt64(1)),
        [("program", program), ("ends", after.EndsAtMs), ("person", after.PersonId), ("upto", upTo), ("due", dueMs), ("limit", DueCommands.PageSize)], cancel);
}
