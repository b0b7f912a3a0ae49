using Danke.Contracts.Persons;
using Danke.Engines.Benefits;
using Danke.Engines.Ledger;
using Danke.Loyalty.Benefits;
using Danke.Loyalty.Reading;
using Danke.Platform.Books;
using NodaTime;

namespace Danke.Loyalty.Expiring;

/// <summary>
/// Asks the Door to give what birthdays and anniversaries bring, at 00:00 of the day on which it is due, however late that is done: to who was a
/// member then, as the tier held then has it. A benefit that is new gives to those too whose day is near.
/// </summary>
internal sealed class BenefitClock(BooksStore books, LivePrograms programs, IBirthMonths birthdays, LocalDays days, DueCommands due)
{
    /// <summary>Nobody has been a member for longer.</summary>
    private const int MostYears = 100;

    /// <summary>Gives all that is due now; answers how many commands that was.</summary>
    public async Task<int> Sweep(CancellationToken cancel)
    {
        var given = 0;
        foreach (var (program, benefit) in await Timed(cancel))
            given += await days.Do(program, Work(benefit), (day, _) => Give(program, benefit, day, cancel), cancel, benefit.DaysBefore);
        return given;
    }

    /// <summary>When a day's gifts are due next; null when no program has any.</summary>
    public async Task<long?> NextMs(CancellationToken cancel)
    {
        long? next = null;
        foreach (var (program, benefit) in await Timed(cancel))
            if (await days.NextMs(program, Work(benefit), cancel) is var at && (next is null || at < next)) next = at;
        return next;
    }

    private async Task<List<(LoyaltyProgram Program, Benefit Benefit)>> Timed(CancellationToken cancel) =>
        [.. from program in await programs.All(cancel) from benefit in program.Benefits where benefit.IsTimed select (program, benefit)];

    // Given on another day, it is other work: a change of the number of days gives nothing twice, and leaves nobody out.
    private static string Work(Benefit benefit) => $"benefit/{benefit.Name}/{benefit.DaysBefore}";

    private Task<int> Give(LoyaltyProgram program, Benefit benefit, long day, CancellationToken cancel)
    {
        var date = YearlyDays.Date(day + benefit.DaysBefore);
        var whose = YearlyDays.On(date, benefit.LeapDay);
        return due.Submit(0L, last => benefit.Kind == BenefitKind.Birthday
                ? birthdays.On([.. whose.Select(d => d.ToString())], last, (int)DueCommands.PageSize, cancel) : Joined(program, date, [.. whose], last, cancel),
            person => DueCommands.Command($"gift/{program.Name}/{benefit.Name}/{person}/{date.Year}/{day}", person, LocalDay.StartOf(program.Zone, day), new GiveBenefit(program.Name, benefit.Name, day)), cancel);
    }

    private Task<List<long>> Joined(LoyaltyProgram program, LocalDate date, IReadOnlyCollection<MonthDay> whose, long after, CancellationToken cancel)
    {
        var zone = DateTimeZoneProviders.Tzdb[program.Zone];
        var spans = from years in Enumerable.Range(1, MostYears)
                    from day in whose
                    where day.Day <= CalendarSystem.Iso.GetDaysInMonth(date.Year - years, day.Month)
                    let joined = new LocalDate(date.Year - years, day.Month, day.Day)
                    select $"joined_at_ms >= {Start(joined)} and joined_at_ms < {Start(joined.PlusDays(1))}";
        return books.Read($"select person_id from memberships where program = @program and state = 'active' and person_id > @after and ({string.Join(" or ", spans)}) order by person_id limit @limit",
            r => r.GetInt64(0), [("program", program.Name), ("after", after), ("limit", DueCommands.PageSize)], cancel);
        long Start(LocalDate of) => zone.AtStartOfDay(of).ToInstant().ToUnixTimeMilliseconds();
    }
}
