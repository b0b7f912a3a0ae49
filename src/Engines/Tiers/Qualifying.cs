using Danke.Engines.Ledger;

namespace Danke.Engines.Tiers;

/// <summary>
/// One way through a member's facts from the beginning: at every instant at which something may change, what is counted in the window and
/// what follows for the tier. Nothing is carried over from one look to the next, so that it does not matter how often somebody looks, in
/// which order facts came in, or whose they were in between.
/// </summary>
internal sealed class Qualifying
{
    /// <summary>Periods that pass with nothing happening, after which nothing will.</summary>
    private const int QuietPeriods = 2;

    private readonly LoyaltyProgram program;
    private readonly Qualification rules;
    private readonly Calendar calendar;
    private readonly TierFact[] facts;
    private readonly Period? windowPeriod;
    private readonly List<TierMove> moves = [];
    private readonly bool[] inNet, inKept;

    // Of each tier the order that had moved the member up to it or past it; 0 for none.
    private readonly long[] causedBy;

    // Of each refund the fact that it takes back from, -1 where that is not known; and of that all its refunds.
    private readonly int[] boughtAt;
    private readonly ILookup<int, int> refundsOf;
    private readonly List<(long AtMs, int Fact)> checks = [];
    private readonly Queue<(long AtMs, int Fact)> late = [];
    private readonly Queue<(long AtMs, int Fact)> exits = [];

    private int next, tier;
    private bool isMet = true;
    private long windowFrom;
    private long? lockedUntil, graceUntil, windowEnd, periodEnd;
    private Counts net, kept, closedNet, closedKept;

    public Qualifying(LoyaltyProgram program, long joinedAtMs, IEnumerable<TierFact> facts)
    {
        this.program = program;
        rules = program.Rules;
        calendar = new Calendar(program.Zone, joinedAtMs);
        this.facts = [.. facts.Where(f => !(f.IsRefund && rules.Refunds == TierRefunds.Never)).OrderBy(f => f.AtMs).ThenBy(f => f.IsRefund).ThenBy(f => f.OrderId)];
        (inNet, inKept, causedBy) = (new bool[this.facts.Length], new bool[this.facts.Length], new long[program.Tiers.Length]);
        boughtAt = Purchases();
        refundsOf = Enumerable.Range(0, this.facts.Length).ToLookup(i => boughtAt[i]);
        windowPeriod = rules.Window switch
        {
            CountingWindow.Month => Period.Month,
            CountingWindow.Quarter => Period.Quarter,
            CountingWindow.Year => Period.Year,
            CountingWindow.Anniversary => Period.Anniversary,
            _ => null,
        };
        var start = this.facts.Length > 0 ? Math.Min(joinedAtMs, this.facts[0].AtMs) : joinedAtMs;
        windowFrom = start;
        if (windowPeriod is { } window) (windowFrom, windowEnd) = (calendar.PeriodStart(window, start), calendar.PeriodEnd(window, start));
        if (rules.Upgrade == Upgrade.PeriodEnd) periodEnd = calendar.PeriodEnd(rules.ReviewPeriod, start);
    }

    public List<TierMove> Moves => moves;
    public int Tier => tier;
    public Counts Net => net;
    public Counts Kept => kept;
    public long? WindowFrom => rules.Window == CountingWindow.Ever ? null : rules.Window == CountingWindow.Rolling ? null : windowFrom;
    public long? WindowTo => windowEnd;
    public long? LockedUntil => lockedUntil;

    private int[] Purchases()
    {
        var bought = new Dictionary<long, int>();
        var of = new int[facts.Length];
        for (var i = 0; i < facts.Length; i++)
        {
            of[i] = facts[i].IsRefund ? bought.GetValueOrDefault(facts[i].OrderId, -1) : -1;
            if (facts[i] is { IsRefund: false, OrderId: not 0 } fact) bought.TryAdd(fact.OrderId, i);
        }
        return of;
    }

    /// <summary>Everything up to the instant.</summary>
    public void RunTo(long atMs)
    {
        while (Upcoming() is var at && at <= atMs) Pass(at);
    }

    /// <summary>The first move after the instant that comes by itself; null when none will.</summary>
    public TierMove? RunToNextMove()
    {
        var known = moves.Count;
        var (windows, periods) = (0, 0);
        while (Upcoming() is var at && at < long.MaxValue)
        {
            var isOnlyTime = (at == windowEnd || at == periodEnd) && at < NextEvent();
            if (!isOnlyTime) (windows, periods) = (0, 0);
            if (at == windowEnd) windows++;
            if (at == periodEnd) periods++;
            Pass(at);
            if (moves.Count > known) return moves[known];
            if (isOnlyTime && (windowEnd is null || windows > QuietPeriods) && (periodEnd is null || periods > QuietPeriods)) break;
        }
        return null;
    }

    private long Upcoming() => Math.Min(NextEvent(), Math.Min(windowEnd ?? long.MaxValue, periodEnd ?? long.MaxValue));

    private long NextEvent()
    {
        var at = next < facts.Length ? facts[next].AtMs : long.MaxValue;
        if (exits.Count > 0) at = Math.Min(at, exits.Peek().AtMs);
        if (late.Count > 0) at = Math.Min(at, late.Peek().AtMs);
        foreach (var check in checks) at = Math.Min(at, check.AtMs);
        if (lockedUntil is { } locked) at = Math.Min(at, locked);
        return graceUntil is { } grace ? Math.Min(at, grace) : at;
    }

    // What ends at an instant ends before what happens at it.
    private void Pass(long at)
    {
        CheckRefunds(at);
        while (late.Count > 0 && late.Peek().AtMs <= at) Count(late.Dequeue().Fact, inKept, ref kept);
        var isPeriodEnd = at == periodEnd;
        if (isPeriodEnd)
        {
            (closedNet, closedKept) = (net, kept);
            periodEnd = calendar.PeriodEnd(rules.ReviewPeriod, at);
        }
        while (exits.Count > 0 && exits.Peek().AtMs <= at) Forget(exits.Dequeue().Fact);
        if (at == windowEnd)
        {
            StartCounting(at);
            windowEnd = calendar.PeriodEnd(windowPeriod!.Value, at);
        }
        var order = 0L;
        for (; next < facts.Length && facts[next].AtMs <= at; next++)
        {
            Add(next);
            if (!facts[next].IsRefund) order = facts[next].OrderId;
        }
        Judge(at, isPeriodEnd, order);
    }

    private void Add(int fact)
    {
        // What is given back counts as long as what was bought does: not in a window that this is not in.
        var bought = boughtAt[fact];
        if (bought >= 0 && !inNet[bought]) return;
        var at = facts[fact].AtMs;
        Count(fact, inNet, ref net);
        if (!facts[fact].IsRefund || rules.Refunds == TierRefunds.AtOnce) Count(fact, inKept, ref kept);
        else if (rules.Refunds == TierRefunds.EndOfDay) checks.Add((calendar.EndOfDay(at), fact));
        else late.Enqueue((calendar.PeriodEnd(rules.ReviewPeriod, at), fact));
        if (rules.Window == CountingWindow.Rolling && bought < 0)
            exits.Enqueue((calendar.StartOf(calendar.DayOf(at).PlusMonths(rules.RollingMonths ?? 0).PlusDays(rules.RollingDays ?? 0)), fact));
    }

    // What has left the window meanwhile counts no more.
    private void Count(int fact, bool[] within, ref Counts sum)
    {
        if (within == inKept && !inNet[fact]) return;
        within[fact] = true;
        sum += facts[fact].Counts;
    }

    private void Forget(int fact)
    {
        if (inNet[fact]) net -= facts[fact].Counts;
        if (inKept[fact]) kept -= facts[fact].Counts;
        inNet[fact] = inKept[fact] = false;
        foreach (var refund in refundsOf[fact]) Forget(refund);
    }

    private void StartCounting(long at)
    {
        Array.Clear(inNet);
        Array.Clear(inKept);
        (net, kept, windowFrom) = (default, default, at);
    }

    private void CheckRefunds(long at)
    {
        var due = checks.Where(c => c.AtMs <= at).Select(c => c.Fact).ToList();
        checks.RemoveAll(c => c.AtMs <= at);
        while (due.FindIndex(fact => inNet[fact] && causedBy[tier] != 0 && facts[fact].OrderId == causedBy[tier]) is var place and >= 0)
        {
            // A tier that is kept for a time is kept: looked at when that is over.
            if (lockedUntil is { } locked && locked > at)
            {
                checks.AddRange(due.Select(f => (locked, f)));
                return;
            }
            var order = facts[due[place]].OrderId;
            due.RemoveAll(f => facts[f].OrderId == order);
            if (rules.Downgrade != Downgrade.None && Highest(net) < tier) Move(Below(tier), at, MoveCause.Refunded, net, order);
        }
    }

    private void Judge(long at, bool isPeriodEnd, long order)
    {
        var (up, keep) = rules.Upgrade == Upgrade.PeriodEnd ? (closedNet, closedKept) : (net, kept);
        var isUnlocked = lockedUntil <= at;
        if (isUnlocked) lockedUntil = null;
        if (Highest(up) is var reached && reached > tier)
        {
            if (rules.Upgrade == Upgrade.AtOnce || isPeriodEnd) Enter(reached, at, up, order);
            return;
        }
        if (Highest(keep) >= tier)
        {
            if (!isMet || isUnlocked && rules.Window == CountingWindow.SinceTier) KeepFrom(at);
            (isMet, graceUntil) = (true, null);
            return;
        }
        isMet = false;
        if (rules.Downgrade == Downgrade.None || lockedUntil is not null) return;
        if (rules.GraceDays > 0) graceUntil ??= calendar.AfterFullDays(at, rules.GraceDays);
        if (graceUntil > at) return;
        Move(rules.Downgrade == Downgrade.OneStep ? Below(tier) : Highest(keep), at, MoveCause.Fell, keep, 0);
        // The step after this one is due at the end of the period.
        if (rules.Downgrade == Downgrade.OneStep && Highest(keep) < tier) (lockedUntil, isMet) = (calendar.PeriodEnd(rules.ReviewPeriod, at), false);
    }

    private void Enter(int reached, long at, Counts counts, long order)
    {
        var passed = tier + 1;
        Move(reached, at, MoveCause.Reached, counts, order);
        causedBy.AsSpan(passed..(reached + 1)).Fill(order);
        KeepFrom(at);
    }

    private void KeepFrom(long at)
    {
        lockedUntil = tier == 0 || rules.Keep is not { } keep ? null : keep.Until switch
        {
            null => calendar.StartOf(calendar.DayOf(at).PlusDays(keep.Days + 1)),
            KeepUntil.PeriodEnd => After(calendar.PeriodEnd(rules.ReviewPeriod, at), keep.Days),
            _ => After(calendar.PeriodEnd(rules.ReviewPeriod, calendar.PeriodEnd(rules.ReviewPeriod, at)), keep.Days),
        };
        if (rules.Window == CountingWindow.SinceTier) StartCounting(at);
    }

    private long After(long end, int days) => calendar.StartOf(calendar.DayOf(end).PlusDays(days));

    private void Move(int to, long at, MoveCause cause, Counts counts, long order)
    {
        moves.Add(new TierMove(at, tier, to, cause, counts, WindowFrom, order, 0));
        (tier, isMet, graceUntil, lockedUntil) = (to, true, null, null);
        // What is kept by what is counted is no order's any more.
        causedBy.AsSpan(cause == MoveCause.Fell ? 0 : to + 1).Clear();
    }

    private int Below(int place)
    {
        do place--;
        while (place > 0 && !program.Tiers[place].IsReached);
        return place;
    }

    private int Highest(Counts counts)
    {
        var highest = 0;
        for (var i = 1; i < program.Tiers.Length; i++)
            if (program.Tiers[i].IsReached && program.Tiers[i].IsMetBy(counts, rules.Of)) highest = i;
        return highest;
    }
}
