using Danke.Engines.Ledger;
using Danke.Engines.Randomness;
using Danke.Engines.Simulation;

namespace Danke.Loyalty.Simulation;

/// <summary>What to simulate.</summary>
/// <param name="Share">Of the members, in ten-thousandths.</param>
/// <param name="Seed">Which of them: the same seed, the same members.</param>
/// <param name="Months">So many months are told, the current one last.</param>
/// <param name="ValueMinorPer1000">Of the program's own points; null: each program's own.</param>
internal sealed record SimulationPlan(LoyaltyProgram Live, LoyaltyProgram Draft, long? DraftVersion, int Share, long Seed, int Months, long? ValueMinorPer1000);

/// <summary>
/// Replays the history of a brand's members under two programs and compares. Each person's history is independent of the others', so it is gone through person
/// by person, by as many workers as there are processors, in memory; the Books are only read. What couples members - budgets of all together - is gone through twice.
/// </summary>
internal sealed class Simulator(HistoryReader histories, TimeProvider clock)
{
    /// <summary>Persons in one read: some thousands of orders, a few megabytes.</summary>
    private const int PageSize = 1_000;

    private const int MostWorkers = 8;

    public async Task<SimulationReport> Run(SimulationPlan plan, Action<long, long> progress, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        var sides = new Sides(plan, clock.GetUtcNow().ToUnixTimeMilliseconds());
        var highest = await histories.Highest(cancel);
        var isTwice = sides.Live.HasBudgets || sides.Draft.HasBudgets;
        var total = isTwice ? highest * 2 : highest;
        if (isTwice) await Pass(sides, highest, done => progress(done, total), cancel);
        sides.Live.Close(plan.Share);
        sides.Draft.Close(plan.Share);
        var sum = await Pass(sides, highest, done => progress(isTwice ? highest + done : done, total), cancel);
        return SimulationReporting.Of(sides, sum, clock.GetElapsedTime(started).TotalSeconds);
    }

    private async Task<Comparison> Pass(Sides sides, long highest, Action<long> progress, CancellationToken cancel)
    {
        var asked = Asked.Of([.. sides.Live.Ledgers, .. sides.Draft.Ledgers]);
        var total = new Comparison(sides);
        var guard = new Lock();
        long done = 0;
        var pages = Enumerable.Range(0, (int)((highest + PageSize - 1) / PageSize)).Select(i => (long)i * PageSize);
        await Parallel.ForEachAsync(pages, new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 1, MostWorkers), CancellationToken = cancel }, async (after, stop) =>
        {
            var part = new Comparison(sides);
            foreach (var past in await histories.Read(sides.Plan.Live.Name, sides.LedgerNames, after, Math.Min(highest, after + PageSize), asked, person => IsChosen(person, sides.Plan), stop))
                part.Add(past);
            lock (guard)
            {
                total.Add(part);
                progress(done = Math.Min(highest, done + PageSize));
            }
        });
        total.Close();
        return total;
    }

    internal static bool IsChosen(long person, SimulationPlan plan)
    {
        if (plan.Share >= 10_000) return true;
        var state = unchecked((ulong)plan.Seed * 0x9E3779B97F4A7C15 ^ (ulong)person);
        return SplitMix64.Next(ref state) % 10_000 < (ulong)plan.Share;
    }
}

/// <summary>The two programs of a plan with their ledgers, paired by name.</summary>
internal sealed class Sides
{
    public Sides(SimulationPlan plan, long untilMs)
    {
        (Plan, UntilMs, Live, Draft) = (plan, untilMs, new ReplayedProgram(plan.Live), new ReplayedProgram(plan.Draft));
        LedgerNames = [.. Draft.Ledgers.Concat(Live.Ledgers).Select(l => l.Name).Distinct()];
        Places = [.. LedgerNames.Select(name => (Live.PlaceOf(name), Draft.PlaceOf(name)))];
        var zone = NodaTime.DateTimeZoneProviders.Tzdb[plan.Live.Zone];
        var day = NodaTime.Instant.FromUnixTimeMilliseconds(untilMs).InZone(zone).Date;
        FromMs = new NodaTime.LocalDate(day.Year, day.Month, 1).PlusMonths(1 - plan.Months).AtStartOfDayInZone(zone).ToInstant().ToUnixTimeMilliseconds();
    }

    public SimulationPlan Plan { get; }
    public long FromMs { get; }
    public long UntilMs { get; }
    public ReplayedProgram Live { get; }
    public ReplayedProgram Draft { get; }

    /// <summary>The program's own points, the draft's further types, then those that only the live program has.</summary>
    public string[] LedgerNames { get; }

    /// <summary>Where each ledger is among those of either program; -1 where that has none of the type.</summary>
    public IReadOnlyList<(int Live, int Draft)> Places { get; }

    /// <summary>What counts of a ledger on either side; where one program has none of the type, the other's stands for it in name, zone and value.</summary>
    public (LoyaltyProgram Live, LoyaltyProgram Draft) Ledger(int index)
    {
        var (live, draft) = Places[index];
        return (live >= 0 ? Live.Ledgers[live] : Draft.Ledgers[draft], draft >= 0 ? Draft.Ledgers[draft] : Live.Ledgers[live]);
    }
}
