using Danke.Engines.Ledger;
using Danke.Engines.Simulation;
using Danke.Loyalty.Earning;

namespace Danke.Loyalty.Simulation;

/// <summary>Both sides of some persons, added up: members and their tiers, and of each type of points what becomes of it. Not thread-safe: one for each worker.</summary>
internal sealed class Comparison(Sides sides)
{
    private readonly LedgerComparison[] ledgers = [.. sides.LedgerNames.Select((_, i) => new LedgerComparison(sides, i))];

    public long Persons { get; private set; }
    public long Orders { get; private set; }

    /// <summary>In the order of <see cref="Sides.LedgerNames"/>.</summary>
    public IReadOnlyList<LedgerComparison> Ledgers => ledgers;

    public void Add(PersonPast past)
    {
        var live = MemberReplay.Run(sides.Live, past.History, sides.UntilMs);
        var draft = MemberReplay.Run(sides.Draft, past.History, sides.UntilMs);
        if (!live.IsMember && !draft.IsMember) return;
        Persons++;
        Orders += past.History.Orders.Length;
        ledgers[0].AddMember(live, draft);
        if (past.Actual is { } member) ledgers[0].CompareMember(live, member, past.History);
        for (var i = 1; i < ledgers.Length; i++) AddFurther(i, past, live, draft);
    }

    private void AddFurther(int index, PersonPast past, MemberOutcome live, MemberOutcome draft)
    {
        var (ledger, name) = (ledgers[index], sides.LedgerNames[index]);
        var (before, after) = (PointsOf(live, sides.Places[index].Live), PointsOf(draft, sides.Places[index].Draft));
        ledger.AddPoints(before, after);
        ledger.Compare(new PersonChange(live.PersonId, LedgerComparison.Points(before), LedgerComparison.Points(after), sides.Plan.Live.Tiers[live.Place].Name, sides.Plan.Draft.Tiers[draft.Place].Name));
        if (past.Actual is { } member && sides.Places[index].Live >= 0)
            ledger.CompareBalance(live, before.Balance, member.Tier, past.Further.FirstOrDefault(f => f.Program == name), past.History);

        LedgerOutcome PointsOf(MemberOutcome outcome, int place) =>
            !outcome.IsMember ? new LedgerOutcome(default, 0, []) : place >= 0 ? outcome.Ledgers[place] : LedgerOutcome.Without(past.History, name);
    }

    public void Add(Comparison part)
    {
        (Persons, Orders) = (Persons + part.Persons, Orders + part.Orders);
        for (var i = 0; i < ledgers.Length; i++) ledgers[i].Add(part.ledgers[i]);
    }

    public void Close()
    {
        foreach (var ledger in ledgers) ledger.Close();
    }
}

/// <summary>Points of one type under both programs.</summary>
internal sealed class LedgerComparison(Sides sides, int index)
{
    private const int MostExamples = 20;
    public static readonly long[] BandEdges = [1, 100, 500, 1_000, 5_000];

    private static readonly Comparer<PersonChange> ByGain = Comparer<PersonChange>.Create((a, b) => (a.After - a.Before, a.PersonId).CompareTo((b.After - b.Before, b.PersonId)));

    private readonly long[] bands = new long[BandEdges.Length * 2 + 1];
    private readonly List<PersonChange> winners = [], losers = [], tierMoves = [];
    private readonly List<ActualExample> differing = [];

    public ProgramTally Live { get; } = new(sides.Ledger(index).Live, sides.FromMs, sides.UntilMs);
    public ProgramTally Draft { get; } = new(sides.Ledger(index).Draft, sides.FromMs, sides.UntilMs);
    public long Gain { get; private set; }
    public long Lose { get; private set; }
    public long Same { get; private set; }
    public long TierUp { get; private set; }
    public long TierDown { get; private set; }
    public long ActualMembers { get; private set; }
    public EntrySum Actual { get; private set; }
    public long Differ { get; private set; }
    public long DifferOtherwise { get; private set; }
    public IReadOnlyList<long> Bands => bands;
    public IEnumerable<PersonChange> Winners => winners;
    public IEnumerable<PersonChange> Losers => losers;
    public IEnumerable<PersonChange> TierMoves => tierMoves;
    public IEnumerable<ActualExample> Differing => differing;

    public static long Points(LedgerOutcome points) => points.Balance.Pending + points.Balance.Spendable - points.Unpaid;

    public void AddMember(MemberOutcome live, MemberOutcome draft)
    {
        Live.Add(live);
        Draft.Add(draft);
        var change = new PersonChange(live.PersonId, Points(live.Ledgers[0]), Points(draft.Ledgers[0]), sides.Plan.Live.Tiers[live.Place].Name, sides.Plan.Draft.Tiers[draft.Place].Name);
        Compare(change);
        if (change.TierBefore == change.TierAfter) return;
        // Ladders may differ: the tier of the same name stands where it stood.
        var before = sides.Plan.Draft.PlaceOf(change.TierBefore) is >= 0 and var known ? known : live.Place;
        if (draft.Place > before) TierUp++;
        else if (draft.Place < before) TierDown++;
        if (tierMoves.Count < MostExamples) tierMoves.Add(change);
    }

    public void AddPoints(LedgerOutcome live, LedgerOutcome draft)
    {
        Live.Add(live);
        Draft.Add(draft);
    }

    public void Compare(PersonChange change)
    {
        var by = change.After - change.Before;
        if (by > 0) Gain++;
        else if (by < 0) Lose++;
        else Same++;
        bands[Band(by)]++;
        if (by > 0) Keep(winners, change, -1);
        if (by < 0) Keep(losers, change, 1);
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

    public void CompareMember(MemberOutcome live, MembershipRow actual, MemberHistory history) => CompareBalance(live, live.Balance, actual.Tier, actual, history);

    /// <param name="actual">Null: the member never had any of the type.</param>
    /// <param name="tier">Of the membership.</param>
    public void CompareBalance(MemberOutcome live, EntrySum replayed, string tier, MembershipRow? actual, MemberHistory history)
    {
        ActualMembers++;
        var balance = actual is null ? default : new EntrySum(actual.Pending, actual.Spendable, actual.Growth, 0, 0, 0);
        Actual += balance;
        var replayedTier = sides.Plan.Live.Tiers[live.Place].Name;
        // Tiers are told with the program's own points, once.
        if ((balance.Pending, balance.Spendable, balance.Growth) == (replayed.Pending, replayed.Spendable, replayed.Growth) && (index > 0 || tier == replayedTier)) return;
        Differ++;
        if (history.Gifts.Any(g => g.Ledger == sides.LedgerNames[index]) || index == 0 && history.Grants.Length > 0) DifferOtherwise++;
        if (differing.Count < MostExamples) differing.Add(new ActualExample(live.PersonId, replayed.Pending + replayed.Spendable, balance.Pending + balance.Spendable, replayedTier, tier));
    }

    public void Add(LedgerComparison part)
    {
        Live.Add(part.Live);
        Draft.Add(part.Draft);
        (Gain, Lose, Same, TierUp, TierDown) = (Gain + part.Gain, Lose + part.Lose, Same + part.Same, TierUp + part.TierUp, TierDown + part.TierDown);
        (ActualMembers, Differ, DifferOtherwise, Actual) = (ActualMembers + part.ActualMembers, Differ + part.Differ, DifferOtherwise + part.DifferOtherwise, Actual + part.Actual);
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
