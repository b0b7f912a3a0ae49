using System.Collections.Immutable;
using System.Globalization;

namespace Danke.Engines.Audiences;

/// <summary>Why a condition holds or does not: itself in words, what was found, and the same of its parts.</summary>
/// <param name="Found">What is true of the person: the field's value, or what was measured. Null for groups.</param>
/// <param name="Evidence">Keys of elements that counted, at most <see cref="Evaluator.MaxEvidence"/>, newest first.</param>
public sealed record Explanation(string Condition, bool Holds, string? Found, ImmutableArray<string> Evidence, ImmutableArray<Explanation> Parts);

/// <summary>Answers conditions from facts, at a moment.</summary>
public static class Evaluator
{
    public const int MaxEvidence = 10;

    public static bool Holds(Condition condition, IFacts facts, Scope scope, Asked asked) => condition switch
    {
        Condition.All all => all.Parts.All(part => Holds(part, facts, scope, asked)),
        Condition.Any any => any.Parts.Any(part => Holds(part, facts, scope, asked)),
        Condition.Not not => !Holds(not.Part, facts, scope, asked),
        Condition.TextIn text => text.Values.Contains(facts.Text(text.Field)),
        Condition.Contains contains => contains.Values.Any(facts.Texts(contains.Field).Contains),
        Condition.NumberIs number => IsComparable(number.Field, facts, scope, asked) && number.Comparison.Holds(facts.Number(number.Field), number.Value),
        Condition.FlagIs flag => facts.Flag(flag.Field),
        Condition.InstantIn instant => facts.Instant(instant.Field) is { } at && Lies(at, instant.Window, asked),
        Condition.Measured measured => Measured(measured, Matching(measured, facts, scope, asked), scope, asked) is { } found && measured.Comparison.Holds(found, measured.Value),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    public static Explanation Explain(Condition condition, IFacts facts, Scope scope, Asked asked)
    {
        var (found, evidence) = Found(condition, facts, scope, asked);
        ImmutableArray<Condition> parts = condition switch
        {
            Condition.All all => all.Parts,
            Condition.Any any => any.Parts,
            Condition.Not not => [not.Part],
            _ => [],
        };
        return new Explanation(ConditionText.Write(condition), Holds(condition, facts, scope, asked), found, evidence,
            [.. parts.Select(part => Explain(part, facts, scope, asked))]);
    }

    // Amounts of different currencies are never compared or added.
    private static bool IsComparable(string field, IFacts facts, Scope scope, Asked asked) =>
        scope.FindField(field)?.Type != FieldType.Money || facts.Text("currency") == asked.Currency;

    private static bool Lies(long atMs, Window? window, Asked asked)
    {
        var (after, upTo) = asked.Bounds(window);
        return atMs > after && atMs <= upTo;
    }

    private static IEnumerable<IFacts> Matching(Condition.Measured measured, IFacts facts, Scope scope, Asked asked)
    {
        var collection = scope.FindCollection(measured.Collection)!;
        return facts.Items(measured.Collection).Where(item =>
            (!collection.Timed || Lies(item.AtMs, measured.Window, asked))
            && (measured.Where is not { } where || Holds(where, item, collection.Of, asked)));
    }

    private static Int128? Measured(Condition.Measured measured, IEnumerable<IFacts> items, Scope scope, Asked asked)
    {
        var of = scope.FindCollection(measured.Collection)!.Of;
        switch (measured.Measure)
        {
            case Measure.Count: return items.Count();
            case Measure.Sum:
                Int128 sum = 0;
                foreach (var item in items)
                    if (IsComparable(measured.Field!, item, of, asked)) sum += item.Number(measured.Field!);
                return sum;
            default:
                var times = items.Select(item => item.AtMs).ToArray();
                if (times.Length == 0) return null;
                return (asked.AtMs - (measured.Measure == Measure.DaysSinceFirst ? times.Min() : times.Max())) / Asked.DayMs;
        }
    }

    private static (string?, ImmutableArray<string>) Found(Condition condition, IFacts facts, Scope scope, Asked asked)
    {
        switch (condition)
        {
            case Condition.TextIn text: return (facts.Text(text.Field), []);
            case Condition.Contains contains: return (string.Join(", ", facts.Texts(contains.Field)), []);
            case Condition.NumberIs number: return (facts.Number(number.Field).ToString(CultureInfo.InvariantCulture), []);
            case Condition.FlagIs flag: return (facts.Flag(flag.Field) ? "yes" : "no", []);
            case Condition.InstantIn instant: return (facts.Instant(instant.Field) is { } at ? Iso(at) : "never", []);
            case Condition.Measured measured:
                var items = Matching(measured, facts, scope, asked).OrderByDescending(i => i.AtMs).ThenBy(i => i.Key, StringComparer.Ordinal).ToArray();
                var found = Measured(measured, items, scope, asked)?.ToString(CultureInfo.InvariantCulture) ?? "never";
                return (found, [.. items.Take(MaxEvidence).Select(i => i.Key)]);
            default: return (null, []);
        }
    }

    private static string Iso(long atMs) => DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
