using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Danke.Engines.Audiences;

/// <summary>
/// A condition as a JSON document:
/// <code>
/// {"all":[…]} {"any":[…]} {"not":…}
/// {"field":"city","in":["杭州市"]}   {"field":"channels","contains":["tmall"]}   {"field":"is_member","is":true}
/// {"field":"points","op":">=","value":100}   {"field":"joined","within":{"last_days":30}}
/// {"count":"purchases","within":{"last_days":90},"where":{…},"op":">=","value":2}
/// {"sum":"purchases.amount_minor",…}   {"days_since_last":"purchases",…}   {"days_since_first":"purchases",…}
/// </code>
/// A condition may also be written as a string in the form of <see cref="ConditionText"/>.
/// </summary>
public static class ConditionJson
{
    /// <exception cref="ConditionException">Not a condition of the scope; says all that is wrong.</exception>
    public static Condition Read(JsonElement json, Scope scope)
    {
        var problems = new List<ConditionProblem>();
        var condition = new Reader(problems).Condition(json, "", 0);
        if (problems.Count == 0) problems.AddRange(ConditionChecks.Check(condition, scope));
        return problems.Count == 0 ? condition : throw new ConditionException(problems);
    }

    private sealed class Reader(List<ConditionProblem> problems)
    {
        public Condition Condition(JsonElement json, string path, int depth)
        {
            if (depth > ConditionChecks.MaxDepth) return Wrong(path, "too_deep", $"Groups nest at most {ConditionChecks.MaxDepth} deep.");
            if (json.ValueKind == JsonValueKind.String) return FromText(json.GetString()!, path);
            if (json.ValueKind != JsonValueKind.Object) return Wrong(path, "not_a_condition", "A condition is an object or a text.");
            foreach (var name in (string[])["all", "any", "not", "field", "count", "sum", "days_since_first", "days_since_last"])
                if (json.TryGetProperty(name, out var value)) return Of(name, value, json, path, depth);
            return Wrong(path, "not_a_condition", "A condition has one of all, any, not, field, count, sum, days_since_first, days_since_last.");
        }

        private Condition Of(string name, JsonElement value, JsonElement json, string path, int depth)
        {
            switch (name)
            {
                case "all":
                    Only(json, path, "all");
                    return Parts(value, Join(path, "all"), depth) is var all && all is [var one] ? one : new Condition.All(all);
                case "any":
                    Only(json, path, "any");
                    return Parts(value, Join(path, "any"), depth) is var any && any is [var single] ? single : new Condition.Any(any);
                case "not":
                    Only(json, path, "not");
                    return new Condition.Not(Condition(value, Join(path, "not"), depth + 1));
                case "field": return Field(Text(value, path), json, path);
                default: return Measured(name, Text(value, path), json, path, depth);
            }
        }

        private ImmutableArray<Condition> Parts(JsonElement json, string path, int depth)
        {
            if (json.ValueKind == JsonValueKind.Array)
                return [.. json.EnumerateArray().Select((part, i) => Condition(part, $"{path}[{i}]", depth + 1))];
            Wrong(path, "not_a_list", "all and any hold a list of conditions.");
            return [];
        }

        private Condition Field(string field, JsonElement json, string path)
        {
            if (json.TryGetProperty("in", out var values))
            {
                Only(json, path, "field", "in");
                return new Condition.TextIn(field, Texts(values, Join(path, "in")));
            }
            if (json.TryGetProperty("contains", out var contained))
            {
                Only(json, path, "field", "contains");
                return new Condition.Contains(field, Texts(contained, Join(path, "contains")));
            }
            if (json.TryGetProperty("is", out var flag))
            {
                Only(json, path, "field", "is");
                return flag.ValueKind switch
                {
                    JsonValueKind.True => new Condition.FlagIs(field),
                    JsonValueKind.False => new Condition.Not(new Condition.FlagIs(field)),
                    _ => Wrong(Join(path, "is"), "not_a_flag", "is takes true or false."),
                };
            }
            if (json.TryGetProperty("within", out var window))
            {
                Only(json, path, "field", "within");
                return new Condition.InstantIn(field, Window(window, Join(path, "within")) ?? new Window.LastDays(1));
            }
            Only(json, path, "field", "op", "value");
            return new Condition.NumberIs(field, Op(json, path), Number(json, path));
        }

        private Condition Measured(string measure, string of, JsonElement json, string path, int depth)
        {
            Only(json, path, measure, "within", "where", "op", "value");
            var window = json.TryGetProperty("within", out var w) ? Window(w, Join(path, "within")) : null;
            var where = json.TryGetProperty("where", out var c) ? Condition(c, Join(path, "where"), depth + 1) : null;
            var dot = measure == "sum" ? of.IndexOf('.') : -1;
            if (measure == "sum" && dot < 0) return Wrong(path, "wrong_measure", "A sum names its field, e.g. purchases.amount_minor.");
            return new Condition.Measured(
                measure switch { "count" => Measure.Count, "sum" => Measure.Sum, "days_since_first" => Measure.DaysSinceFirst, _ => Measure.DaysSinceLast },
                dot < 0 ? of : of[..dot], dot < 0 ? null : of[(dot + 1)..], window, where, Op(json, path), Number(json, path));
        }

        private Window? Window(JsonElement json, string path)
        {
            if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("last_days", out var days))
            {
                Only(json, path, "last_days");
                if (days.ValueKind == JsonValueKind.Number && days.TryGetInt32(out var count)) return new Window.LastDays(count);
                Wrong(path, "wrong_window", "last_days is a whole number of days.");
                return null;
            }
            if (json.ValueKind != JsonValueKind.Object)
            {
                Wrong(path, "wrong_window", "A window has last_days, or from and before.");
                return null;
            }
            Only(json, path, "from", "before");
            return new Window.Between(Day(json, "from", path), Day(json, "before", path));
        }

        private DateOnly? Day(JsonElement json, string name, string path)
        {
            if (!json.TryGetProperty(name, out var value)) return null;
            if (value.ValueKind == JsonValueKind.String && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return day;
            Wrong(Join(path, name), "wrong_window", "A day is written 2026-01-31.");
            return null;
        }

        private Comparison Op(JsonElement json, string path)
        {
            if (json.TryGetProperty("op", out var op) && op.ValueKind == JsonValueKind.String && Comparisons.FromSign(op.GetString()!) is { } comparison) return comparison;
            Wrong(path, "wrong_op", "op is one of = != < <= > >=.");
            return Comparison.Equal;
        }

        private long Number(JsonElement json, string path)
        {
            if (json.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)) return number;
            Wrong(path, "wrong_value", "value is a whole number.");
            return 0;
        }

        private ImmutableArray<string> Texts(JsonElement json, string path)
        {
            if (json.ValueKind == JsonValueKind.String) return [json.GetString()!];
            if (json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String))
                return [.. json.EnumerateArray().Select(v => v.GetString()!)];
            Wrong(path, "not_texts", "Give a text or a list of texts.");
            return [];
        }

        private string Text(JsonElement json, string path)
        {
            if (json.ValueKind == JsonValueKind.String) return json.GetString()!;
            Wrong(path, "not_a_name", "A name is a text.");
            return "";
        }

        private Condition FromText(string text, string path)
        {
            try
            {
                return ConditionText.ParseUnchecked(text);
            }
            catch (ConditionException error)
            {
                problems.AddRange(error.Problems.Select(p => p with { Path = Join(path, p.Path) }));
                return Audiences.Condition.Nobody;
            }
        }

        private void Only(JsonElement json, string path, params ReadOnlySpan<string> allowed)
        {
            foreach (var property in json.EnumerateObject())
                if (!allowed.Contains(property.Name)) Wrong(path, "unknown_property", $"'{property.Name}' has no place here.");
        }

        private Condition Wrong(string path, string code, string detail)
        {
            problems.Add(new ConditionProblem(path, code, detail));
            return Audiences.Condition.Nobody;
        }

        private static string Join(string path, string next) => path.Length == 0 ? next : $"{path}.{next}";
    }

    public static JsonObject Write(Condition condition) => condition switch
    {
        Condition.All all => new() { ["all"] = Array(all.Parts) },
        Condition.Any any => new() { ["any"] = Array(any.Parts) },
        Condition.Not not => new() { ["not"] = Write(not.Part) },
        Condition.TextIn text => new() { ["field"] = text.Field, ["in"] = Array(text.Values) },
        Condition.Contains contains => new() { ["field"] = contains.Field, ["contains"] = Array(contains.Values) },
        Condition.NumberIs number => new() { ["field"] = number.Field, ["op"] = number.Comparison.Sign(), ["value"] = number.Value },
        Condition.FlagIs flag => new() { ["field"] = flag.Field, ["is"] = true },
        Condition.InstantIn instant => new() { ["field"] = instant.Field, ["within"] = Write(instant.Window) },
        Condition.Measured measured => Write(measured),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private static JsonObject Write(Condition.Measured measured)
    {
        var (name, of) = measured.Measure switch
        {
            Measure.Count => ("count", measured.Collection),
            Measure.Sum => ("sum", $"{measured.Collection}.{measured.Field}"),
            Measure.DaysSinceFirst => ("days_since_first", measured.Collection),
            Measure.DaysSinceLast => ("days_since_last", measured.Collection),
            _ => throw new ArgumentOutOfRangeException(nameof(measured)),
        };
        var json = new JsonObject { [name] = of };
        if (measured.Window is { } window) json["within"] = Write(window);
        if (measured.Where is { } where) json["where"] = Write(where);
        json["op"] = measured.Comparison.Sign();
        json["value"] = measured.Value;
        return json;
    }

    private static JsonObject Write(Window window)
    {
        if (window is Window.LastDays last) return new JsonObject { ["last_days"] = last.Days };
        var between = (Window.Between)window;
        var json = new JsonObject();
        if (between.From is { } from) json["from"] = from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (between.Before is { } before) json["before"] = before.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return json;
    }

    private static JsonArray Array(ImmutableArray<Condition> parts) => new([.. parts.Select(JsonNode? (part) => Write(part))]);

    private static JsonArray Array(ImmutableArray<string> values) => new([.. values.Select(JsonNode? (value) => JsonValue.Create(value))]);
}
