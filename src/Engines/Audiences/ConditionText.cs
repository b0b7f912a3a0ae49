using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Danke.Engines.Audiences;

/// <summary>
/// A condition as one readable line that reads back to the same condition:
/// <code>
/// is_member and city in ("杭州市", "上海市") and not channels contains ("store")
/// any(purchases last 90 days where any(lines where category = "护肤"))
/// count(purchases from 2026-01-01 before 2026-07-01) >= 2 and sum(purchases.amount_minor last 365 days) >= 100000
/// days_since_last(purchases) >= 180 or none(interactions last 30 days where kind = "page.view")
/// </code>
/// <c>any(…)</c> is a count of at least 1, <c>none(…)</c> a count of 0; <c>x = "a"</c> is <c>x in ("a")</c>.
/// </summary>
public static partial class ConditionText
{
    /// <exception cref="ConditionException">Not a condition of the scope.</exception>
    public static Condition Parse(string text, Scope scope)
    {
        var condition = ParseUnchecked(text);
        var problems = ConditionChecks.Check(condition, scope);
        return problems.IsEmpty ? condition : throw new ConditionException(problems);
    }

    internal static Condition ParseUnchecked(string text) => new Parser(text).Whole();

    public static string Write(Condition condition) => condition switch
    {
        Condition.All { Parts: [] } => "everyone",
        Condition.Any { Parts: [] } => "nobody",
        Condition.All all => string.Join(" and ", all.Parts.Select(Grouped)),
        Condition.Any any => string.Join(" or ", any.Parts.Select(Grouped)),
        Condition.Not not => "not " + Grouped(not.Part),
        Condition.TextIn { Values: [var one] } text => $"{Name(text.Field)} = {Quote(one)}",
        Condition.TextIn text => $"{Name(text.Field)} in {List(text.Values)}",
        Condition.Contains contains => $"{Name(contains.Field)} contains {List(contains.Values)}",
        Condition.NumberIs number => $"{Name(number.Field)} {number.Comparison.Sign()} {Whole(number.Value)}",
        Condition.FlagIs flag => Name(flag.Field),
        Condition.InstantIn instant => Name(instant.Field) + Write(instant.Window),
        Condition.Measured measured => Write(measured),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private static string Grouped(Condition part) => part is Condition.All { Parts: not [] } or Condition.Any { Parts: not [] } ? $"({Write(part)})" : Write(part);

    private static string Write(Condition.Measured measured)
    {
        var of = measured.Collection + (measured.Field is { } field ? "." + field : "") + (measured.Window is { } window ? Write(window) : "")
            + (measured.Where is { } where ? " where " + Write(where) : "");
        return measured switch
        {
            { Measure: Measure.Count, Comparison: Comparison.AtLeast, Value: 1 } => $"any({of})",
            { Measure: Measure.Count, Comparison: Comparison.Equal, Value: 0 } => $"none({of})",
            _ => $"{MeasureWord(measured.Measure)}({of}) {measured.Comparison.Sign()} {Whole(measured.Value)}",
        };
    }

    private static string MeasureWord(Measure measure) => measure switch
    {
        Measure.Count => "count",
        Measure.Sum => "sum",
        Measure.DaysSinceFirst => "days_since_first",
        Measure.DaysSinceLast => "days_since_last",
        _ => throw new ArgumentOutOfRangeException(nameof(measure)),
    };

    private static string Write(Window window) => window switch
    {
        Window.LastDays { Days: 1 } => " last 1 day",
        Window.LastDays last => $" last {Whole(last.Days)} days",
        Window.Between between => (between.From is { } from ? $" from {Day(from)}" : "") + (between.Before is { } before ? $" before {Day(before)}" : ""),
        _ => throw new ArgumentOutOfRangeException(nameof(window)),
    };

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);
    private static string List(ImmutableArray<string> values) => $"({string.Join(", ", values.Select(Quote))})";
    private static string Name(string name) => PlainName().IsMatch(name) && !Words.Contains(name) ? name : $"field({Quote(name)})";

    private static string Quote(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in value)
            quoted.Append(c switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => c.ToString() });
        return quoted.Append('"').ToString();
    }

    private static readonly ImmutableHashSet<string> Words =
    [
        "and", "or", "not", "in", "contains", "last", "from", "before", "where", "everyone", "nobody", "any", "none", "count", "sum",
        "days_since_first", "days_since_last", "field",
    ];

    [GeneratedRegex("^[a-z][a-z0-9_.]*$")]
    private static partial Regex PlainName();

    /// <summary>By recursive descent; nesting is bounded so that no text can exhaust the stack.</summary>
    private sealed partial class Parser(string text)
    {
        private int at;
        private int depth;

        public Condition Whole()
        {
            if (text.Length > 20_000) throw Wrong("too_long", "A condition has at most 20,000 characters.");
            var condition = Or();
            if (Peek() is not "") throw Wrong("unexpected", $"Here 'and' or 'or' could follow, not '{Peek()}'.");
            return condition;
        }

        private Condition Or()
        {
            var parts = new List<Condition> { And() };
            while (Take("or")) parts.Add(And());
            return parts is [var one] ? one : new Condition.Any([.. parts]);
        }

        private Condition And()
        {
            var parts = new List<Condition> { Unary() };
            while (Take("and")) parts.Add(Unary());
            return parts is [var one] ? one : new Condition.All([.. parts]);
        }

        private Condition Unary()
        {
            if (++depth > 4 * ConditionChecks.MaxDepth) throw Wrong("too_deep", $"Groups nest at most {ConditionChecks.MaxDepth} deep.");
            try
            {
                if (Take("not")) return new Condition.Not(Unary());
                if (Take("everyone")) return Condition.Everyone;
                if (Take("nobody")) return Condition.Nobody;
                if (!Take("(")) return Test();
                var inner = Or();
                Expect(")");
                return inner;
            }
            finally
            {
                depth--;
            }
        }

        private Condition Test()
        {
            foreach (var word in (string[])["any", "none", "count", "sum", "days_since_first", "days_since_last"])
                if (Take(word)) return Measured(word);
            var name = FieldName();
            if (Take("in")) return new Condition.TextIn(name, Values());
            if (Take("contains")) return new Condition.Contains(name, Values());
            if (Take("not"))
            {
                Expect("in");
                return new Condition.Not(new Condition.TextIn(name, Values()));
            }
            if (WindowIfAny() is { } window) return new Condition.InstantIn(name, window);
            if (Comparisons.FromSign(Peek()) is not { } comparison) return new Condition.FlagIs(name);
            Next();
            if (!Peek().StartsWith('"')) return new Condition.NumberIs(name, comparison, Number());
            var equal = new Condition.TextIn(name, [Text()]);
            return comparison switch
            {
                Comparison.Equal => equal,
                Comparison.NotEqual => new Condition.Not(equal),
                _ => throw Wrong("wrong_op", "Texts are compared with = and != only."),
            };
        }

        private Condition Measured(string word)
        {
            Expect("(");
            var of = Next();
            if (!PlainName().IsMatch(of)) throw Wrong("unexpected", $"After '{word}(' comes what is measured, e.g. purchases.");
            var dot = word == "sum" ? of.IndexOf('.') : -1;
            if (word == "sum" && dot < 0) throw Wrong("wrong_measure", "A sum names its field, e.g. purchases.amount_minor.");
            var window = WindowIfAny();
            var where = Take("where") ? Or() : null;
            Expect(")");
            var (measure, comparison, value) = word switch
            {
                "any" => (Measure.Count, Comparison.AtLeast, 1L),
                "none" => (Measure.Count, Comparison.Equal, 0L),
                "count" => (Measure.Count, Op(), Number()),
                "sum" => (Measure.Sum, Op(), Number()),
                "days_since_first" => (Measure.DaysSinceFirst, Op(), Number()),
                _ => (Measure.DaysSinceLast, Op(), Number()),
            };
            return new Condition.Measured(measure, dot < 0 ? of : of[..dot], dot < 0 ? null : of[(dot + 1)..], window, where, comparison, value);
        }

        private Window? WindowIfAny()
        {
            if (Take("last"))
            {
                var days = Number();
                if (!Take("days")) Expect("day");
                return days is >= 1 and <= ConditionChecks.MaxDays ? new Window.LastDays((int)days) : throw Wrong("wrong_window", $"A window is 1 to {ConditionChecks.MaxDays} days long.");
            }
            DateOnly? from = Take("from") ? Day() : null;
            DateOnly? before = Take("before") ? Day() : null;
            return from is null && before is null ? null : new Window.Between(from, before);
        }

        private string FieldName()
        {
            if (!Take("field")) return PlainName().IsMatch(Peek()) && !Words.Contains(Peek()) ? Next() : throw Wrong("unexpected", $"Here a condition is wanted, not '{Peek()}'.");
            Expect("(");
            var name = Text();
            Expect(")");
            return name;
        }

        private ImmutableArray<string> Values()
        {
            if (Peek().StartsWith('"')) return [Text()];
            Expect("(");
            var values = ImmutableArray.CreateBuilder<string>();
            do values.Add(Text()); while (Take(","));
            Expect(")");
            return values.ToImmutable();
        }

        private Comparison Op() => Comparisons.FromSign(Next()) ?? throw Wrong("wrong_op", "A comparison is one of = != < <= > >=.");

        private long Number() => long.TryParse(Next(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : throw Wrong("wrong_value", "A whole number is wanted here.");

        private DateOnly Day() => DateOnly.TryParseExact(Next(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day : throw Wrong("wrong_window", "A day is written 2026-01-31.");

        private string Text()
        {
            var token = Next();
            if (token.Length < 2 || token[0] != '"') throw Wrong("unexpected", "A text in double quotes is wanted here.");
            return Escape().Replace(token[1..^1], match => match.Value[1] switch { 'n' => "\n", 'r' => "\r", 't' => "\t", var c => c.ToString() });
        }

        private bool Take(string word)
        {
            if (Peek() != word) return false;
            Next();
            return true;
        }

        private void Expect(string word)
        {
            if (!Take(word)) throw Wrong("unexpected", $"Here '{word}' is wanted, not '{Peek()}'.");
        }

        private string Peek()
        {
            var match = Token().Match(text, at);
            return match.Success ? match.Groups[1].Value : throw Wrong("unexpected", "Cannot read on from here.");
        }

        private string Next()
        {
            var match = Token().Match(text, at);
            if (!match.Success) throw Wrong("unexpected", "Cannot read on from here.");
            at = match.Index + match.Length;
            return match.Groups[1].Value;
        }

        private ConditionException Wrong(string code, string detail) =>
            new([new ConditionProblem(string.Create(CultureInfo.InvariantCulture, $"column {at + 1}"), code, detail)]);

        // A text, a day or whole number, a name, a sign, or the end. The typographic quotes of a Chinese keyboard are texts of no kind.
        [GeneratedRegex("""\G\s*("(?:[^"\\]|\\.)*"|-?\d[\d-]*|[A-Za-z][A-Za-z0-9_.]*|[<>!]=|[<>=(),]|\z)""", RegexOptions.Singleline)]
        private static partial Regex Token();

        [GeneratedRegex(@"\\.", RegexOptions.Singleline)]
        private static partial Regex Escape();
    }
}
