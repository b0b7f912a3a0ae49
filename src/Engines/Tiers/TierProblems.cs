using Danke.Engines.Ledger;

namespace Danke.Engines.Tiers;

/// <summary>What must be true of a program's tiers beside what their schema says.</summary>
internal static class TierProblems
{
    public static IEnumerable<DefinitionProblem> Of(LoyaltyProgram p) => OfLadder(p).Concat(OfQualification(p.Rules));

    private static IEnumerable<DefinitionProblem> OfLadder(LoyaltyProgram p)
    {
        if (!p.Tiers[0].IsReached || p.Tiers[0].Needs is not null) yield return new("$.tiers[0]", "The first tier is everybody's from joining on: without needs, by_invitation or paid.");
        for (var i = 0; i < p.Tiers.Length; i++)
        {
            var (tier, path) = (p.Tiers[i], $"$.tiers[{i}]");
            if (tier.Needs is { } needs)
            {
                if (!tier.IsReached) yield return new(path + ".needs", "A tier that is only granted or bought needs nothing.");
                if (needs.Any is null == needs.All is null) yield return new(path + ".needs", "Either any or all.");
                if (!needs.Thresholds.Any()) yield return new(path + ".needs", "At least one threshold.");
                foreach (var (threshold, at) in needs.Thresholds.Select((t, at) => (t, at)))
                    if (threshold.From < 1) yield return new($"{path}.needs.{(needs.Any is null ? "all" : "any")}[{at}].from", "At least 1.");
            }
            if (tier.Paid is not { } paid) continue;
            if (tier.ByInvitation) yield return new(path + ".by_invitation", "Either by invitation or paid; a paid tier can be granted too.");
            if (paid.Skus.IsDefaultOrEmpty || paid.Skus.Any(s => s.Length == 0)) yield return new(path + ".paid.skus", "At least one, none empty.");
            if (paid.Days is < 1 or > 36_500) yield return new(path + ".paid.days", "1 to 36500.");
        }
    }

    private static IEnumerable<DefinitionProblem> OfQualification(Qualification q)
    {
        const string path = "$.qualification";
        var isRolling = q.Window == CountingWindow.Rolling;
        if (isRolling && q.RollingDays is null == q.RollingMonths is null) yield return new(path + ".window", "rolling needs either rolling_days or rolling_months.");
        if (!isRolling && (q.RollingDays ?? q.RollingMonths) is not null) yield return new(path + ".window", "rolling_days and rolling_months are of the window rolling.");
        if (q.RollingDays is < 1 or > 36_500) yield return new(path + ".rolling_days", "1 to 36500.");
        if (q.RollingMonths is < 1 or > 1200) yield return new(path + ".rolling_months", "1 to 1200.");
        if (q.GraceDays is < 0 or > 3650) yield return new(path + ".grace_days", "0 to 3650.");
        if (q.Keep?.Days is < 0 or > 36_500) yield return new(path + ".keep.days", "0 to 36500.");
        if (q.Window == CountingWindow.SinceTier && q.Keep is null) yield return new(path + ".keep", "since_tier begins to count anew with each tier: say how long it is kept.");
        if (q.Window == CountingWindow.SinceTier && q.Upgrade == Upgrade.PeriodEnd) yield return new(path + ".upgrade", "since_tier has no period: at_once.");
    }
}
