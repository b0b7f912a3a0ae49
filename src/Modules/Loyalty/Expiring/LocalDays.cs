using Danke.Engines.Ledger;
using Danke.Platform.Books;

namespace Danke.Loyalty.Expiring;

/// <summary>
/// Work that a program's local days bring: up to which day each was done. The day is kept only when all of it was handed to the Door, so
/// what a stop interrupts is done again, to no effect.
/// </summary>
internal sealed class LocalDays(BooksStore books, DueCommands due)
{
    /// <summary>More days than anything that a day brings may be late by.</summary>
    private const int MostDays = 400;

    /// <summary>Does the work of every day that is not done yet, oldest first; answers how much that was.</summary>
    /// <param name="work">What the program calls it, for ever.</param>
    /// <param name="of">The work of one day; the second is today.</param>
    /// <param name="fromDaysAgo">Work that is new begins with the day on which it is first seen, or so many before it.</param>
    public async Task<int> Do(LoyaltyProgram program, string work, Func<long, long, Task<int>> of, CancellationToken cancel, int fromDaysAgo = 0)
    {
        var today = LocalDay.Of(program.Zone, due.NowMs);
        var last = await DoneUpTo(program.Name, work, cancel) ?? today - 1 - fromDaysAgo;
        var done = 0;
        for (var day = Math.Max(last + 1, today - MostDays); day <= today; day++)
        {
            done += await of(day, today);
            await Keep(program.Name, work, day, cancel);
        }
        return done;
    }

    /// <summary>When the next day's work is due; now, when it was never done.</summary>
    public async Task<long> NextMs(LoyaltyProgram program, string work, CancellationToken cancel) =>
        await DoneUpTo(program.Name, work, cancel) is { } day ? LocalDay.StartOf(program.Zone, day + 1) : due.NowMs;

    private async Task<long?> DoneUpTo(string program, string work, CancellationToken cancel) =>
        (await books.Read("select day from days_done where program = @program and work = @work", r => (long?)r.GetInt64(0), [("program", program), ("work", work)], cancel)).FirstOrDefault();

    private Task Keep(string program, string work, long day, CancellationToken cancel) => books.Write(transaction => transaction.Execute("""
        insert into days_done (program, work, day) values (@program, @work, @day)
        on conflict (program, work) do update set day = excluded.day where excluded.day > days_done.day
        """, ("program", program), ("work", work), ("day", day)), cancel);
}
