using Danke.Engines.Ledger;
using Danke.Engines.Randomness;
using Danke.Engines.Simulation;

namespace Danke.Loyalty.Simulation;

/// <summary>What to simulate.</summary>
/// <param name="Share">Of the members, in ten-thousandths.</param>
/// <param name="Seed">Which of them: the same seed, the same members.</param>
/// <param name="Months">So many months are told, the current one last.</param>
/// <param name="ValueMinorPer1000">Null: each program's own.</param>
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
    private const int MostExamples = 20;
    private static readonly long[] BandEdges = [1, 100, 500, 1_000, 5_000];

    public async Task<SimulationReport> Run(SimulationPlan plan, Action<long, long> progress, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        var untilMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var highest = await histories.Highest(cancel);
        var budgets = (Live: BudgetTimeline.For(plan.Live), Draft: BudgetTimeline.For(plan.Draft));
        var isTwice = budgets.Live is not null || budgets.Draft is not null;
        var total = isTwice ? highest * 2 : highest;
        if (isTwice) await Pass(plan, budgets, untilMs, highest, done => progress(done, total), cancel);
        budgets.Live?.Close(plan.Share);
        budgets.Draft?.Close(plan.Share);
        var sum = await Pass(plan, budgets, untilMs, highest, done => progress(isTwice ? highest + done : done, total), cancel);
        return Report(plan, sum, untilMs, clock.GetElapsedTime(started).TotalSeconds);
    }

    private async Task<Comparison> Pass(SimulationPlan plan, (BudgetTimeline? Live, BudgetTimeline? Draft) budgets, long untilMs, long highest, Action<long> progress, CancellationToken cancel)
    {
        var asked = Asked.Of(plan.Live, plan.Draft);
        var total = new Comparison(plan, untilMs);
        var guard = new Lock();
        long done = 0;
        var pages = Enumerable.Range(0, (int)((highest + PageSize - 1) / PageSize)).Select(i => (long)i * PageSize);
        await Parallel.ForEachAsync(pages, new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 1, MostWorkers), CancellationToken = cancel }, async (after, stop) =>
        {
            var part = new Comparison(plan, untilMs);
            foreach (var past in await histories.Read(plan.Live.Name, after, Math.Min(highest, after + PageSize), asked, person => IsChosen(person, plan), stop))
                part.Add(past, budgets.Live, budgets.Draft);
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

    private static SimulationReport Report(SimulationPlan plan, Comparison sum, long untilMs, double seconds)
    {
        return new SimulationReport(plan.Live.Name, plan.Live.Version, plan.DraftVersion, Day(sum.Live.MonthOf(0)), DateTimeOffset.FromUnixTimeMilliseconds(untilMs), plan.Share / 100.0, plan.Seed,
            sum.Persons, sum.Orders, plan.Live.Currency, plan.ValueMinorPer1000 ?? plan.Draft.Ledger.ValueMinorPer1000 ?? plan.Live.Ledger.ValueMinorPer1000,
            Side(plan, plan.Live, sum.Live), Side(plan, plan.Draft, sum.Draft),
            new PeopleSide(sum.Gain, sum.Lose, sum.Same, sum.TierUp, sum.TierDown, Bands(sum.Bands), [.. sum.Winners], [.. sum.Losers], [.. sum.TierMoves]),
            new ActualSide(sum.ActualMembers, sum.ActualPending, sum.ActualSpendable, sum.ActualGrowth, sum.ActualMembers - sum.Differ, sum.Differ, sum.DifferOtherwise,
                [.. sum.Differing]),
            Math.Round(seconds, 2));
    }

    private static ProgramSide Side(SimulationPlan plan, LoyaltyProgram program, ProgramTally tally)
    {
        var value = program.Ledger with { ValueMinorPer1000 = plan.ValueMinorPer1000 ?? plan.Draft.Ledger.ValueMinorPer1000 ?? plan.Live.Ledger.ValueMinorPer1000 };
        var months = tally.Months.Select((m, i) => new MonthSide(Day(tally.MonthOf(i)), m.Issued, m.TakenBack, m.Spent, m.Expired, m.Otherwise, m.Borne, m.Liability,
            value.Worth(m.Liability), value.Worth(m.Issuance), m.Tiers)).ToList();
        var liability = tally.Months[^1].Liability;
        return new ProgramSide(tally.Members, months.Sum(m => m.Issued), months.Sum(m => m.TakenBack), months.Sum(m => m.Spent), months.Sum(m => m.Expired), months.Sum(m => m.Otherwise),
            months.Sum(m => m.Borne), tally.Unpaid, liability, value.Worth(liability), value.Worth(months.Sum(m => m.Issued - m.TakenBack)),
            [.. program.Tiers.Select((t, i) => new TierCount(t.Name, t.Title, tally.Months[^1].Tiers[i]))], months);
    }

    private static DateOnly Day(NodaTime.LocalDate date) => new(date.Year, date.Month, date.Day);

    private static List<GainBand> Bands(IReadOnlyList<long> counts)
    {
        var bands = new List<GainBand>();
        for (var i = BandEdges.Length - 1; i >= 0; i--) bands.Add(new GainBand(i + 1 < BandEdges.Length ? -BandEdges[i + 1] : null, -BandEdges[i], counts[BandEdges.Length - 1 - i]));
        bands.Add(new GainBand(0, 0, counts[BandEdges.Length]));
        for (var i = 0; i < BandEdges.Length; i++) bands.Add(new GainBand(BandEdges[i], i + 1 < BandEdges.Length ? BandEdges[i + 1] : null, counts[BandEdges.Length + 1 + i]));
        return bands;
    }

    /// <summary>Both sides of some persons, added up.</summary>
    private sealed class Comparison(SimulationPlan plan, long untilMs)
    {
        private static readonly Comparer<PersonChange> ByGain = Comparer<PersonChange>.Create((a, b) => (a.After - a.Before, a.PersonId).CompareTo((b.After - b.Before, b.PersonId)));

        private readonly long fromMs = Start(plan.Live, plan.Months, untilMs);
        private readonly long[] bands = new long[BandEdges.Length * 2 + 1];
        private readonly List<PersonChange> winners = [], losers = [], tierMoves = [];
        private readonly List<ActualExample> differing = [];

        public ProgramTally Live { get; } = new(plan.Live, Start(plan.Live, plan.Months, untilMs), untilMs);
        public ProgramTally Draft { get; } = new(plan.Draft, Start(plan.Live, plan.Months, untilMs), untilMs);
        public long Persons { get; private set; }
        public long Orders { get; private set; }
        public long Gain { get; private set; }
        public long Lose { get; private set; }
        public long Same { get; private set; }
        public long TierUp { get; private set; }
        public long TierDown { get; private set; }
        public long ActualMembers { get; private set; }
        public long ActualPending { get; private set; }
        public long ActualSpendable { get; private set; }
        public long ActualGrowth { get; private set; }
        public long Differ { get; private set; }
        public long DifferOtherwise { get; private set; }
        public IReadOnlyList<long> Bands => bands;
        public IEnumerable<PersonChange> Winners => winners;
        public IEnumerable<PersonChange> Losers => losers;
        public IEnumerable<PersonChange> TierMoves => tierMoves;
        public IEnumerable<ActualExample> Differing => differing;

        private static long Start(LoyaltyProgram program, int months, long untilMs)
        {
            var zone = NodaTime.DateTimeZoneProviders.Tzdb[program.Zone];
            var day = NodaTime.Instant.FromUnixTimeMilliseconds(untilMs).InZone(zone).Date;
            return new NodaTime.LocalDate(day.Year, day.Month, 1).PlusMonths(1 - months).AtStartOfDayInZone(zone).ToInstant().ToUnixTimeMilliseconds();
        }

        public void Add(PersonPast past, IBudgets? liveBudgets, IBudgets? draftBudgets)
        {
            var live = MemberReplay.Run(plan.Live, past.History, liveBudgets ?? NoBudgets.Instance, untilMs, Live.Add);
            var draft = MemberReplay.Run(plan.Draft, past.History, draftBudgets ?? NoBudgets.Instance, untilMs, Draft.Add);
            if (!live.IsMember && !draft.IsMember) return;
            Live.Add(live);
            Draft.Add(draft);
            Persons++;
            Orders += past.History.Orders.Length;
            Compare(live, draft);
            if (past.Actual is { } actual) Compare(live, actual, past.History);
        }

        private static long Points(MemberOutcome m) => m.Balance.Pending + m.Balance.Spendable - m.Unpaid;

        private void Compare(MemberOutcome live, MemberOutcome draft)
        {
            var change = new PersonChange(live.PersonId, Points(live), Points(draft), plan.Live.Tiers[live.Place].Name, plan.Draft.Tiers[draft.Place].Name);
            var by = change.After - change.Before;
            if (by > 0) Gain++;
            else if (by < 0) Lose++;
            else Same++;
            bands[Band(by)]++;
            if (by > 0) Keep(winners, change, -1);
            if (by < 0) Keep(losers, change, 1);
            if (change.TierBefore == change.TierAfter) return;
            // Ladders may differ: the tier of the same name stands where it stood.
            var before = plan.Draft.PlaceOf(change.TierBefore) is >= 0 and var known ? known : live.Place;
            if (draft.Place > before) TierUp++;
            else if (draft.Place < before) TierDown++;
            if (tierMoves.Count < MostExamples) tierMoves.Add(change);
        }

        private static int Band(long by)
        {
            var band = 0;
            while (band < BandEdges.Length && Math.Abs(by) >= BandEdges[band]) band++;
            return BandEdges.Length + Math.Sign(by) * band;
        }

        private static void Keep(List<PersonChange> kept, PersonChange change, int sign)
        {
            kept.Add(change);
            if (kept.Count < MostExamples * 4) return;
            Trim(kept, sign);
        }

        private static void Trim(List<PersonChange> kept, int sign)
        {
            kept.Sort((a, b) => sign * ByGain.Compare(a, b));
            if (kept.Count > MostExamples) kept.RemoveRange(MostExamples, kept.Count - MostExamples);
        }

        private void Compare(MemberOutcome live, Earning.MembershipRow actual, MemberHistory history)
        {
            ActualMembers++;
            (ActualPending, ActualSpendable, ActualGrowth) = (ActualPending + actual.Pending, ActualSpendable + actual.Spendable, ActualGrowth + actual.Growth);
            var tier = plan.Live.Tiers[live.Place].Name;
            if ((actual.Pending, actual.Spendable, actual.Growth, actual.Tier) == (live.Balance.Pending, live.Balance.Spendable, live.Balance.Growth, tier)) return;
            Differ++;
            if (history.Gifts.Length > 0 || history.Grants.Length > 0) DifferOtherwise++;
            if (differing.Count < MostExamples)
                differing.Add(new ActualExample(live.PersonId, live.Balance.Pending + live.Balance.Spendable, actual.Pending + actual.Spendable, tier, actual.Tier));
        }

        public void Add(Comparison part)
        {
            Live.Add(part.Live);
            Draft.Add(part.Draft);
            (Persons, Orders, Gain, Lose, Same) = (Persons + part.Persons, Orders + part.Orders, Gain + part.Gain, Lose + part.Lose, Same + part.Same);
            (TierUp, TierDown, ActualMembers, Differ, DifferOtherwise) = (TierUp + part.TierUp, TierDown + part.TierDown, ActualMembers + part.ActualMembers, Differ + part.Differ, DifferOtherwise + part.DifferOtherwise);
            (ActualPending, ActualSpendable, ActualGrowth) = (ActualPending + part.ActualPending, ActualSpendable + part.ActualSpendable, ActualGrowth + part.ActualGrowth);
            for (var i = 0; i < bands.Length; i++) bands[i] += part.bands[i];
            winners.AddRange(part.winners);
            losers.AddRange(part.losers);
            tierMoves.AddRange(part.tierMoves);
            differing.AddRange(part.differing);
        }

        // Examples by what they are and not by which worker was first: the same run twice shows the same.
        public void Close()
        {
            Trim(winners, -1);
            Trim(losers, 1);
            Cut(tierMoves, c => c.PersonId);
            Cut(differing, d => d.PersonId);
            Live.Close();
            Draft.Close();
        }

        private static void Cut<T>(List<T> kept, Func<T, long> number)
        {
            kept.Sort((a, b) => number(a).CompareTo(number(b)));
            if (kept.Count > MostExamples) kept.RemoveRange(MostExamples, kept.Count - MostExamples);
        }
    }
}
