using System.Collections.Immutable;

namespace Danke.Engines.Audiences;

/// <summary>Whether a condition makes sense in a scope: names that exist, tests that fit, bounds that keep every answer cheap.</summary>
public static class ConditionChecks
{
    public const int MaxDepth = 12;
    public const int MaxParts = 200;
    public const int MaxValues = 1_000;
    public const int MaxText = 200;
    public const int MaxDays = 36_500;

    public static ImmutableArray<ConditionProblem> Check(Condition condition, Scope scope)
    {
        var problems = ImmutableArray.CreateBuilder<ConditionProblem>();
        var parts = 0;
        Visit(condition, scope, "", 0);
        if (parts > MaxParts) problems.Add(new("", "too_large", $"A condition has at most {MaxParts} parts; this one has {parts}."));
        return problems.ToImmutable();

        void Visit(Condition part, Scope within, string path, int depth)
        {
            parts++;
            if (depth > MaxDepth)
            {
                problems.Add(new(path, "too_deep", $"Groups nest at most {MaxDepth} deep."));
                return;
            }
            switch (part)
            {
                case Condition.All all: Each(all.Parts, "all"); break;
                case Condition.Any any: Each(any.Parts, "any"); break;
                case Condition.Not not: Visit(not.Part, within, Join(path, "not"), depth + 1); break;
                case Condition.TextIn text:
                    Field(text.Field, "in", FieldType.Text);
                    Values(text.Values);
                    break;
                case Condition.Contains contains:
                    Field(contains.Field, "contains", FieldType.Texts);
                    Values(contains.Values);
                    break;
                case Condition.NumberIs number: Field(number.Field, "a comparison", FieldType.Number, FieldType.Money); break;
                case Condition.FlagIs flag: Field(flag.Field, "yes or no", FieldType.Flag); break;
                case Condition.InstantIn instant:
                    Field(instant.Field, "a window", FieldType.Instant);
                    Window(instant.Window);
                    break;
                case Condition.Measured measured: Measured(measured); break;
                default: throw new ArgumentOutOfRangeException(nameof(condition));
            }

            void Each(ImmutableArray<Condition> children, string name)
            {
                for (var i = 0; i < children.Length; i++) Visit(children[i], within, Join(path, $"{name}[{i}]"), depth + 1);
            }

            void Field(string name, string test, params ReadOnlySpan<FieldType> types)
            {
                if (within.FindField(name) is not { } field)
                    problems.Add(new(path, "unknown_field", $"'{name}' is nothing that is known of a {within.Name}."));
                else if (!types.Contains(field.Type))
                    problems.Add(new(path, "wrong_test", $"'{name}' is of type {field.Type.ToString().ToLowerInvariant()} and does not take {test}."));
                if (name.Length > MaxText) problems.Add(new(path, "too_long", $"Names and values have at most {MaxText} characters."));
            }

            void Values(ImmutableArray<string> values)
            {
                if (values.IsEmpty) problems.Add(new(path, "no_values", "Give at least one value."));
                if (values.Length > MaxValues) problems.Add(new(path, "too_many_values", $"Give at most {MaxValues} values."));
                // A half of a pair is no text that could be stored or sent.
                if (values.Any(v => v.Length > MaxText || !IsText(v))) problems.Add(new(path, "too_long", $"Values are well-formed texts of at most {MaxText} characters."));
            }

            void Window(Window? window)
            {
                if (window is Audiences.Window.LastDays { Days: < 1 or > MaxDays })
                    problems.Add(new(path, "wrong_window", $"A window is 1 to {MaxDays} days long."));
                if (window is Audiences.Window.Between { From: null, Before: null })
                    problems.Add(new(path, "wrong_window", "Give the first day, the day before which it ends, or both."));
                if (window is Audiences.Window.Between { From: { } from, Before: { } before } && from >= before)
                    problems.Add(new(path, "wrong_window", "The window ends before it begins."));
            }

            void Measured(Condition.Measured measured)
            {
                if (within.FindCollection(measured.Collection) is not { } collection)
                {
                    problems.Add(new(path, "unknown_collection", $"A {within.Name} has no '{measured.Collection}'."));
                    return;
                }
                if (!collection.Timed && (measured.Window is not null || measured.Measure is Measure.DaysSinceFirst or Measure.DaysSinceLast))
                    problems.Add(new(path, "no_time", $"'{collection.Name}' have no time of their own: put the window on what holds them."));
                if (measured.Measure == Measure.Sum != measured.Field is not null)
                    problems.Add(new(path, "wrong_measure", "A sum names the field that is summed, other measures none."));
                else if (measured.Field is { } summed && collection.Of.FindField(summed) is not { Type: FieldType.Number or FieldType.Money })
                    problems.Add(new(path, "unknown_field", $"'{summed}' of '{collection.Name}' is nothing that can be summed."));
                Window(measured.Window);
                if (measured.Where is { } where) Visit(where, collection.Of, Join(path, "where"), depth + 1);
            }
        }
    }

    private static string Join(string path, string next) => path.Length == 0 ? next : $"{path}.{next}";

    private static bool IsText(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\0') return false;
            if (!char.IsSurrogate(value[i])) continue;
            if (!char.IsHighSurrogate(value[i]) || i + 1 == value.Length || !char.IsLowSurrogate(value[++i])) return false;
        }
        return true;
    }
}
