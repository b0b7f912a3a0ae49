using System.Collections.Immutable;
using Danke.Engines.Ledger;

namespace Danke.Engines.Tiers;

/// <summary>
/// Where a member stands: a function of what counts, what is granted, the program and the instant, and of nothing else. So the tier is the
/// same in whatever order reports came, however often somebody looked, and after a merge that is taken back.
/// </summary>
public static class Standings
{
    /// <summary>Where the member stands at the instant.</summary>
    /// <param name="facts">In any order; all of them, or under the plain rule their sum as one.</param>
    public static Standing At(LoyaltyProgram program, long joinedAtMs, IReadOnlyCollection<TierFact> facts, IReadOnlyCollection<TierGrant> grants, long atMs)
    {
        var walk = new Qualifying(program, joinedAtMs, facts);
        walk.RunTo(atMs);
        var (qualified, counts, kept, from, to, locked) = (walk.Tier, walk.Net, walk.Kept, walk.WindowFrom, walk.WindowTo, walk.LockedUntil);
        var known = walk.Moves.Count;
        var upcoming = walk.RunToNextMove();
        var given = Given(program, grants, new Calendar(program.Zone, joinedAtMs));
        var moves = Overlay(walk.Moves.Take(known), given, atMs);
        var next = given.SelectMany(g => new[] { g.FromMs, g.UntilMs ?? long.MaxValue }).Append(upcoming?.AtMs ?? long.MaxValue).Where(t => t > atMs).Min();
        var tier = moves is [.., var last] ? last.To : 0;
        return new Standing(tier, moves is [.., var latest] ? latest.AtMs : null, moves, next == long.MaxValue ? null : next,
            upcoming, qualified, counts, kept, from, to, locked,
            given.Where(g => g.FromMs <= atMs && (g.UntilMs ?? long.MaxValue) > atMs && g.Place == tier && tier > qualified).Select(g => g.Grant).FirstOrDefault());
    }

    private readonly record struct Span(TierGrant Grant, int Place, long FromMs, long? UntilMs);

    // What is bought again before it ends begins when that ends.
    private static List<Span> Given(LoyaltyProgram program, IReadOnlyCollection<TierGrant> grants, Calendar calendar)
    {
        var spans = new List<Span>();
        var paid = new Dictionary<string, long>();
        foreach (var grant in grants.OrderBy(g => g.FromMs).ThenBy(g => g.GrantId))
        {
            var place = program.PlaceOf(grant.Tier);
            if (place < 0) continue;
            var (from, until) = (grant.FromMs, grant.UntilMs);
            if (grant.EndedAtMs is { } ended) until = Math.Max(from, Math.Min(until ?? ended, ended));
            else if (grant.Kind == GrantKind.Paid && until is { } end && paid.TryGetValue(grant.Tier, out var before) && before > from)
                (from, until) = (before, calendar.StartOf(calendar.DayOf(before).PlusDays(NodaTime.Period.DaysBetween(calendar.DayOf(from), calendar.DayOf(end)) - 1)));
            if (grant is { Kind: GrantKind.Paid, EndedAtMs: null } && until is { } last) paid[grant.Tier] = last;
            if (until is null || until > from) spans.Add(new Span(grant, place, from, until));
        }
        return spans;
    }

    private static ImmutableArray<TierMove> Overlay(IEnumerable<TierMove> qualifying, List<Span> given, long atMs)
    {
        var steps = qualifying.ToList();
        if (given.Count == 0) return [.. steps];
        var moves = ImmutableArray.CreateBuilder<TierMove>();
        var (tier, qualified, step) = (0, 0, 0);
        foreach (var at in steps.Select(s => s.AtMs).Concat(given.SelectMany(g => new[] { g.FromMs, g.UntilMs ?? long.MaxValue })).Where(t => t <= atMs).Distinct().Order())
        {
            TierMove? last = null;
            for (; step < steps.Count && steps[step].AtMs <= at; step++) (last, qualified) = (steps[step], steps[step].To);
            var best = given.Where(g => g.FromMs <= at && (g.UntilMs ?? long.MaxValue) > at).OrderByDescending(g => g.Place).Select(g => (Span?)g).FirstOrDefault();
            var now = Math.Max(qualified, best?.Place ?? 0);
            if (now == tier) continue;
            var byGrant = now > qualified || now < tier && last is null;
            moves.Add(byGrant || last is null
                ? new TierMove(at, tier, now, now > tier ? MoveCause.Granted : MoveCause.GrantEnded, default, null, 0,
                    now > tier && best is { } granted ? granted.Grant.GrantId : given.Where(g => g.UntilMs == at).Select(g => g.Grant.GrantId).FirstOrDefault())
                : last.Value with { AtMs = at, From = tier, To = now });
            tier = now;
        }
        return moves.ToImmutable();
    }

    /// <summary>What is missing to a tier.</summary>
    /// <param name="IsAny">One of them is enough.</param>
    public sealed record Gap(int Tier, bool IsAny, ImmutableArray<Missing> Missing, long? UntilMs);

    /// <param name="Have">Counted so far in the window.</param>
    public sealed record Missing(Measure Of, long Have, long Need)
    {
        public long Left => Math.Max(0, Need - Have);
    }

    /// <summary>What is missing to the next tier that can be reached; null at the top.</summary>
    public static Gap? ToNext(LoyaltyProgram program, Standing standing)
    {
        for (var i = standing.Tier + 1; i < program.Tiers.Length; i++)
            if (program.Tiers[i].IsReached) return To(program, i, standing.Counts, standing.WindowToMs);
        return null;
    }

    /// <summary>What will be missing to keep the tier at the instant at which it would be lost, of what then still counts; null when it is not about to be.</summary>
    public static Gap? ToKeep(LoyaltyProgram program, Standing standing) =>
        standing.NextQualified is { } next && next.To < standing.Qualified && program.Tiers[standing.Qualified].IsReached
            ? To(program, standing.Qualified, next.Counts, next.AtMs) : null;

    private static Gap To(LoyaltyProgram program, int place, Counts counts, long? untilMs)
    {
        var rule = program.Tiers[place];
        return new Gap(place, rule.Needs?.Any is not null,
            [.. (rule.Needs?.Thresholds ?? [new Threshold(program.Rules.Of, rule.From)]).Select(t => new Missing(t.Of, counts.Of(t.Of), t.From))], untilMs);
    }
}
