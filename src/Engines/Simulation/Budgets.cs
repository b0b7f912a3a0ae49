using Danke.Engines.Ledger;

namespace Danke.Engines.Simulation;

/// <summary>What a rule with a budget has given to all members together: what one person's replay cannot know by itself.</summary>
public interface IBudgets
{
    /// <summary>What it had given before the event; of the empty name: what all rules had given.</summary>
    long Used(string rule, long atMs, long id);

    void Count(string rule, long atMs, long id, long points);

    /// <summary>Whether <see cref="Used"/> includes what the same order was given before the event.</summary>
    bool KnowsOwn { get; }
}

/// <summary>For programs without budgets.</summary>
public sealed class NoBudgets : IBudgets
{
    public static readonly NoBudgets Instance = new();
    public bool KnowsOwn => false;
    public long Used(string rule, long atMs, long id) => 0;
    public void Count(string rule, long atMs, long id, long points) { }
}

/// <summary>
/// A first run in which no budget is used up writes down what would be drawn on each; in the order of time that says what had been given before
/// any event, and the second run is held to it. Exact up to the instant at which a budget is used up; after it a refund of what had been held
/// back counts as room, too, which at the Door it does not.
/// </summary>
public sealed class BudgetTimeline : IBudgets
{
    private readonly record struct Drawn(long AtMs, long Id, long Points);

    private readonly Lock guard = new();
    private readonly Dictionary<string, long> most = [];
    private readonly Dictionary<string, List<Drawn>> drawn = [];
    private readonly Dictionary<string, ((long AtMs, long Id)[] Events, long[] Before)> timelines = [];

    public static BudgetTimeline? For(LoyaltyProgram program)
    {
        var timeline = new BudgetTimeline();
        if (program.Earn.Caps?.Budget is { } all) timeline.most[""] = all;
        foreach (var rule in program.Earn.Rules)
            if (rule.Caps?.Budget is { } budget) timeline.most[rule.Name] = budget;
        return timeline.most.Count == 0 ? null : timeline;
    }

    public bool KnowsOwn => timelines.Count > 0;

    public void Count(string rule, long atMs, long id, long points)
    {
        if (timelines.Count > 0 || points == 0) return;
        lock (guard)
            foreach (var name in (string[])[rule, ""])
                if (most.ContainsKey(name))
                {
                    if (!drawn.TryGetValue(name, out var known)) drawn[name] = known = [];
                    known.Add(new Drawn(atMs, id, points));
                }
    }

    /// <summary>The first run is over.</summary>
    /// <param name="share">Of all members the part that is replayed has this part of the budget, in ten-thousandths.</param>
    public void Close(int share = 10_000)
    {
        foreach (var (rule, budget) in most)
        {
            var events = (drawn.GetValueOrDefault(rule) ?? []).GroupBy(d => (d.AtMs, d.Id)).Select(g => (g.Key, Points: g.Sum(d => d.Points))).OrderBy(g => g.Key).ToList();
            var before = new long[events.Count + 1];
            var own = (long)((Int128)budget * share / 10_000);
            for (var i = 0; i < events.Count; i++) before[i + 1] = Math.Clamp(before[i] + events[i].Points, 0, own);
            // A part of the members has the room of its part: what is missing of the budget counts as used.
            for (var i = 0; i < before.Length; i++) before[i] += budget - own;
            timelines[rule] = ([.. events.Select(e => e.Key)], before);
        }
        drawn.Clear();
    }

    public long Used(string rule, long atMs, long id)
    {
        if (!timelines.TryGetValue(rule, out var timeline)) return 0;
        var place = Array.BinarySearch(timeline.Events, (atMs, id));
        return timeline.Before[place >= 0 ? place : ~place];
    }
}
