using System.Collections.Immutable;
using System.Text.Json;
using Danke.Engines.Audiences;
using Danke.Engines.Ledger;

namespace Danke.Engines.Earning;

/// <summary>The <c>earn</c> section of a program's document: its conditions read, and what must be true of it.</summary>
public static class EarningDocument
{
    /// <summary>More rules than a program could explain to its members.</summary>
    public const int MostRules = 100;

    private const long MostRatePoints = 1_000_000;
    private const int MostPercent = 10_000;

    /// <summary>The section with its conditions read; what is wrong is added to the problems, by path.</summary>
    public static EarnRule Read(EarnRule earn, List<DefinitionProblem> problems)
    {
        if (earn.IsRateAlone) return earn;
        if (earn.Rounding == RefundRounding.PerRefund) problems.Add(new("$.earn.rounding", "per_refund is for programs whose rate is all that earns: leave it out beside rules or caps."));
        if (earn.Rate.Points > MostRatePoints) problems.Add(new("$.earn.rate.points", $"At most {MostRatePoints} beside rules or caps."));
        if (earn.Rules.Length > MostRules) problems.Add(new("$.earn.rules", $"At most {MostRules} rules."));
        foreach (var name in earn.Rules.GroupBy(r => r.Name).Where(g => g.Count() > 1).Select(g => g.Key)) problems.Add(new("$.earn.rules", $"Two rules are called '{name}'."));
        Check(earn.Caps, "$.earn.caps", problems);
        if (earn.Caps is { TimesPerDay: not null } or { TimesPerMonth: not null } or { TimesPerPerson: not null })
            problems.Add(new("$.earn.caps", "Times are counted by rule: put times_per_day and the like on a rule."));
        var rules = ImmutableArray.CreateBuilder<PointsRule>();
        for (var i = 0; i < earn.Rules.Length; i++) rules.Add(Read(earn.Rules[i], $"$.earn.rules[{i}]", problems));
        return earn with { Rules = rules.ToImmutable() };
    }

    private static PointsRule Read(PointsRule rule, string path, List<DefinitionProblem> problems)
    {
        if (rule.Name.Length is 0 or > 40 || rule.Name.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')))
            problems.Add(new(path + ".name", "1 to 40 of a-z, 0-9, - and _."));
        if (rule.Name == PointsRule.Base) problems.Add(new(path + ".name", "'base' is what the program's rate is called."));
        if (rule.Title.Length is 0 or > 100) problems.Add(new(path + ".title", "1 to 100 characters: members read it."));
        if (rule is { From: { } from, Until: { } until } && until < from) problems.Add(new(path + ".until", "Not before from."));
        if (rule.On == RuleTarget.Interaction ? rule.Types.IsDefaultOrEmpty : !rule.Types.IsDefaultOrEmpty)
            problems.Add(new(path + ".types", rule.On == RuleTarget.Interaction ? "Give the kinds of interactions that earn, e.g. [sign_in]." : "Only rules on interactions have types."));
        if (rule.Group is { Length: 0 or > 40 }) problems.Add(new(path + ".group", "1 to 40 characters."));
        Check(rule.Gives, rule.On, path + ".gives", problems);
        Check(rule.Caps, path + ".caps", problems);
        return rule with { Condition = ConditionOf(rule, path + ".where", problems) };
    }

    private static Condition ConditionOf(PointsRule rule, string path, List<DefinitionProblem> problems)
    {
        if (rule.Where is not { ValueKind: not JsonValueKind.Null } where) return Condition.Everyone;
        try
        {
            return ConditionJson.Read(where, rule.Scope);
        }
        catch (ConditionException error)
        {
            problems.AddRange(error.Problems.Select(p => where.ValueKind == JsonValueKind.String && p.Path.Length > 0
                ? new DefinitionProblem(path, $"{p.Path}: {p.Detail}") : new DefinitionProblem(p.Path.Length == 0 ? path : $"{path}.{p.Path}", p.Detail)));
            return Condition.Nobody;
        }
    }

    private static void Check(Gives gives, RuleTarget on, string path, List<DefinitionProblem> problems)
    {
        if ((gives.Rate is null ? 0 : 1) + (gives.Points is null ? 0 : 1) + (gives.Percent is null ? 0 : 1) != 1)
            problems.Add(new(path, "Exactly one of rate, points, percent."));
        if (on == RuleTarget.Interaction && gives.Points is null) problems.Add(new(path, "An interaction has no amount: give points."));
        if (gives.Rate is null && (gives.ByTier || gives.WithShipping || gives.Base != EarnBase.AfterDiscount)) problems.Add(new(path, "base, with_shipping and by_tier belong to a rate."));
        if (on == RuleTarget.Line && gives.WithShipping) problems.Add(new(path + ".with_shipping", "Shipping is no line's."));
        if (gives.Rate is { Points: < 0 or > MostRatePoints }) problems.Add(new(path + ".rate.points", $"0 to {MostRatePoints}."));
        if (gives.Rate is { EachMinor: < 1 }) problems.Add(new(path + ".rate.each_minor", "At least 1 minor unit."));
        if (gives.Points is < 1 or > Earnings.MostPoints) problems.Add(new(path + ".points", $"1 to {Earnings.MostPoints}."));
        if (gives.Percent is < 0 or > MostPercent or 100) problems.Add(new(path + ".percent", $"0 to {MostPercent}, and not 100: 200 doubles."));
    }

    private static void Check(Caps? caps, string path, List<DefinitionProblem> problems)
    {
        if (caps is null) return;
        foreach (var (value, name) in new[]
        {
            (caps.PerOrder, "per_order"), (caps.PerDay, "per_day"), (caps.PerMonth, "per_month"), (caps.PerYear, "per_year"), (caps.PerPerson, "per_person"), (caps.Budget, "budget"),
            (caps.TimesPerDay, "times_per_day"), (caps.TimesPerMonth, "times_per_month"), (caps.TimesPerPerson, "times_per_person"),
        })
            if (value is < 1) problems.Add(new($"{path}.{name}", "At least 1; leave it out for no cap."));
    }

    /// <summary>Whether any condition asks for one of the fields.</summary>
    public static bool Asks(EarnRule earn, params ReadOnlySpan<string> fields)
    {
        foreach (var rule in earn.Rules)
            if (Asks(rule.Condition, fields)) return true;
        return false;
    }

    private static bool Asks(Condition condition, ReadOnlySpan<string> fields)
    {
        switch (condition)
        {
            case Condition.All all: return Any(all.Parts, fields);
            case Condition.Any any: return Any(any.Parts, fields);
            case Condition.Not not: return Asks(not.Part, fields);
            case Condition.NumberIs number: return fields.Contains(number.Field);
            case Condition.FlagIs flag: return fields.Contains(flag.Field);
            case Condition.Measured { Where: { } where }: return Asks(where, fields);
            default: return false;
        }
    }

    private static bool Any(ImmutableArray<Condition> parts, ReadOnlySpan<string> fields)
    {
        foreach (var part in parts)
            if (Asks(part, fields)) return true;
        return false;
    }
}
