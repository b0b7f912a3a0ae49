using Danke.Engines.Ledger;

namespace Danke.Engines.Benefits;

/// <summary>What must be true of a program's benefits.</summary>
internal static class BenefitProblems
{
    private const int Most = 100;
    private const long MostPoints = 1_000_000_000;

    public static IEnumerable<DefinitionProblem> Of(LoyaltyProgram program)
    {
        if (program.Benefits.Length > Most) yield return new("$.benefits", $"At most {Most} benefits.");
        foreach (var name in program.Benefits.GroupBy(b => b.Name).Where(g => g.Count() > 1).Select(g => g.Key)) yield return new("$.benefits", $"Two benefits are called '{name}'.");
        for (var i = 0; i < program.Benefits.Length; i++)
            foreach (var problem in Of(program, program.Benefits[i], $"$.benefits[{i}]")) yield return problem;
    }

    private static IEnumerable<DefinitionProblem> Of(LoyaltyProgram program, Benefit benefit, string path)
    {
        if (benefit.Name.Length is 0 or > 40 || benefit.Name.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')))
            yield return new(path + ".name", "1 to 40 of a-z, 0-9, - and _.");
        if (benefit.Title.Length is 0 or > 100) yield return new(path + ".title", "1 to 100 characters: members read it.");
        if (benefit is { From: { } from, Until: { } until } && until < from) yield return new(path + ".until", "Not before from.");
        foreach (var tier in benefit.Tiers.Concat(benefit.ByTier.Keys).Where(t => program.PlaceOf(t) < 0)) yield return new(path + ".tiers", $"The program has no tier '{tier}'.");
        if (!benefit.IsGift && (benefit.Gives is not null || !benefit.ByTier.IsEmpty || benefit.Validity is not null)) yield return new(path + ".gives", "Only gifts give something: entry_gift, birthday, anniversary.");
        if (benefit.IsGift && benefit.Gives is null && benefit.ByTier.IsEmpty) yield return new(path + ".gives", "Say what it gives: points, a voucher, or by_tier.");
        if (benefit.IsGift && benefit.Quota is not null) yield return new(path + ".quota", "A gift comes by itself: only what members use has a quota.");
        if (benefit.Kind != BenefitKind.EntryGift && benefit.Once != GiftOnce.Ever) yield return new(path + ".once", "Only an entry gift has it.");
        if (!benefit.IsTimed && benefit.DaysBefore != 0) yield return new(path + ".days_before", "Only a birthday or anniversary has it.");
        if (benefit.DaysBefore is < 0 or > 60) yield return new(path + ".days_before", "0 to 60.");
        if (benefit.Quota?.Times is < 1 or > 1_000_000) yield return new(path + ".quota.times", "1 to 1000000; leave the quota out for no limit.");
        if (benefit.Validity is { Months: < 0 or > 1200 } or { Days: < 0 or > 36_500 }) yield return new(path + ".validity", "0 to 1200 months, 0 to 36500 days.");
        foreach (var (gift, where) in benefit.ByTier.Select(g => (g.Value, $"{path}.by_tier.{g.Key}")).Append((benefit.Gives ?? new Gift(1), path + ".gives")))
        {
            if (gift.Points is < 0 or > MostPoints) yield return new(where + ".points", $"0 to {MostPoints}.");
            if (gift.Voucher is { Length: 0 or > 100 }) yield return new(where + ".voucher", "1 to 100 characters.");
            if (gift is { Points: 0, Voucher: null }) yield return new(where, "Points, a voucher, or both.");
        }
    }
}
