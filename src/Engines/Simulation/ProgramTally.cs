using Danke.Engines.Ledger;
using NodaTime;

namespace Danke.Engines.Simulation;

/// <summary>What the entries of one month come to.</summary>
public sealed record MonthTally
{
    /// <summary>Given for orders and interactions, before anything was taken back.</summary>
    public long Issued { get; set; }

    /// <summary>Taken back when orders were: out of pending points, out of balances, or as a debt.</summary>
    public long TakenBack { get; set; }
    public long Spent { get; set; }
    public long Expired { get; set; }

    /// <summary>By hand, from others, or what splits left; as it was in fact.</summary>
    public long Otherwise { get; set; }

    /// <summary>What could not be taken back: the program bears it.</summary>
    public long Borne { get; set; }

    /// <summary>All members' points, pending and spendable, at the end of the month.</summary>
    public long Liability { get; set; }

    /// <summary>How many members are in each tier at the end of the month.</summary>
    public long[] Tiers { get; set; } = [];

    public long Issuance => Issued - TakenBack;

    internal void Add(MonthTally other)
    {
        (Issued, TakenBack, Spent, Expired) = (Issued + other.Issued, TakenBack + other.TakenBack, Spent + other.Spent, Expired + other.Expired);
        (Otherwise, Borne, Liability) = (Otherwise + other.Otherwise, Borne + other.Borne, Liability + other.Liability);
        for (var i = 0; i < Tiers.Length; i++) Tiers[i] += other.Tiers[i];
    }
}

/// <summary>Adds up what one program does to all members' points of one type, month by month in its zone. Not thread-safe: one for each worker, added together at the end.</summary>
public sealed class ProgramTally
{
    private readonly LocalDate first;
    private readonly DateTimeZone zone;
    private readonly long[] ends;
    private readonly long[] moved;
    private readonly long startMs;
    private long movedBefore;

    /// <param name="program">The ledger of a further type has no tiers to tell.</param>
    /// <param name="fromMs">In the first month that is told. What was before it shows only in what is owed.</param>
    /// <param name="untilMs">The last one.</param>
    public ProgramTally(LoyaltyProgram program, long fromMs, long untilMs)
    {
        zone = DateTimeZoneProviders.Tzdb[program.Zone];
        var last = Instant.FromUnixTimeMilliseconds(Math.Max(fromMs, untilMs)).InZone(zone).Date;
        var day = Instant.FromUnixTimeMilliseconds(fromMs).InZone(zone).Date;
        first = new LocalDate(day.Year, day.Month, 1);
        Months = [.. Enumerable.Range(0, (last.Year - first.Year) * 12 + last.Month - first.Month + 1).Select(_ => new MonthTally { Tiers = new long[program.IsOfFurtherType ? 0 : program.Tiers.Length] })];
        startMs = first.AtStartOfDayInZone(zone).ToInstant().ToUnixTimeMilliseconds();
        ends = [.. Months.Select((_, i) => first.PlusMonths(i + 1).AtStartOfDayInZone(zone).ToInstant().ToUnixTimeMilliseconds())];
        ends[^1] = Math.Min(ends[^1], untilMs + 1);
        moved = new long[Months.Length];
    }

    public MonthTally[] Months { get; }

    /// <summary>Of a further type: who ever had any.</summary>
    public long Members { get; private set; }
    public EntrySum Balance { get; private set; }
    public long Unpaid { get; private set; }

    public LocalDate MonthOf(int index) => first.PlusMonths(index);

    private void Add(Entry e)
    {
        // A debt is the member's and no liability of the brand's.
        var owed = e.Pending + (e.IsOnDebt ? 0 : e.Spendable);
        if (e.AtMs < startMs)
        {
            movedBefore += owed;
            return;
        }
        var month = Place(e.AtMs);
        moved[month] += owed;
        var tally = Months[month];
        switch (e.Kind)
        {
            case EntryKind.EarnPending: tally.Issued += e.Pending; break;
            case EntryKind.Activate when e.Pending == 0: tally.Issued += e.Spendable; break;
            case EntryKind.Activate: break;
            case EntryKind.Cancel or EntryKind.ClawBack: tally.TakenBack -= e.Pending + e.Spendable; break;
            case EntryKind.WriteOff: tally.Borne += e.Between; break;
            case EntryKind.Expire: tally.Expired += e.Expired; break;
            case EntryKind.Redraw: break;
            case EntryKind.Spend or EntryKind.Restore or EntryKind.Reissue: tally.Spent += e.Spent; break;
            default: tally.Otherwise += e.Spendable; break;
        }
    }

    /// <summary>A member of the program, with the program's own points.</summary>
    public void Add(MemberOutcome member)
    {
        if (!member.IsMember) return;
        Members++;
        AddPoints(member.Ledgers[0]);
        var (step, place) = (0, -1);
        for (var month = 0; month < Months.Length; month++)
        {
            for (; step < member.Steps.Length && member.Steps[step].AtMs < ends[month]; step++) place = member.Steps[step].Place;
            if (place >= 0) Months[month].Tiers[place]++;
        }
    }

    /// <summary>A member's points of a further type.</summary>
    public void Add(LedgerOutcome points)
    {
        if (points.Entries.Count > 0) Members++;
        AddPoints(points);
    }

    private void AddPoints(LedgerOutcome points)
    {
        Balance += points.Balance;
        Unpaid += points.Unpaid;
        foreach (var entry in points.Entries) Add(entry);
    }

    public void Add(ProgramTally other)
    {
        for (var i = 0; i < Months.Length; i++)
        {
            Months[i].Add(other.Months[i]);
            moved[i] += other.moved[i];
        }
        movedBefore += other.movedBefore;
        (Members, Balance, Unpaid) = (Members + other.Members, Balance + other.Balance, Unpaid + other.Unpaid);
    }

    /// <summary>Everything is added: what is owed at each month's end.</summary>
    public void Close()
    {
        var owed = movedBefore;
        for (var i = 0; i < Months.Length; i++) Months[i].Liability = owed += moved[i];
    }

    private int Place(long atMs)
    {
        if (atMs < ends[0]) return 0;
        var at = Array.BinarySearch(ends, atMs);
        return Math.Min(Months.Length - 1, at >= 0 ? at + 1 : ~at);
    }
}
