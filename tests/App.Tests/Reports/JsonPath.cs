using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Danke.App.Tests.Reports;

/// <summary>
/// Finds values in an answer: <c>a.b</c>, <c>rows[2]</c>, <c>rows[from=new]</c> (the one row with that value), <c>rows[*].buyers</c> (a list),
/// <c>rows.length</c>. What is not there is null.
/// </summary>
internal static partial class JsonPath
{
    public static JsonNode? Find(JsonNode? node, string path)
    {
        if (path.Length == 0 || node is null) return node;
        var step = Step().Match(path);
        if (!step.Success) throw new FormatException($"'{path}' is no path.");
        var rest = path[step.Length..];
        var word = step.Groups["name"].Value;
        if (step.Groups["index"].Value is not { Length: > 0 } index)
            return Find(word == "length" && node is JsonArray list ? JsonValue.Create(list.Count) : node is JsonObject ? node[word] : null, rest);
        if (word.Length > 0) return Find(node is JsonObject ? node[word] : null, index + rest);
        var array = node.AsArray();
        var wanted = index[1..^1];
        if (wanted == "*") return new JsonArray([.. array.Select(item => Find(item, rest.TrimStart('.'))?.DeepClone())]);
        if (wanted.Split('=', 2) is [var key, var value]) return Find(array.Single(item => Find(item, key)?.ToString() == value), rest);
        return int.Parse(wanted, System.Globalization.CultureInfo.InvariantCulture) is var at && at < array.Count ? Find(array[at], rest) : null;
    }

    /// <summary>Equal, numbers to the digits that are expected.</summary>
    public static bool Fits(JsonNode? actual, JsonNode? expected)
    {
        if (expected is JsonArray wanted) return actual is JsonArray given && given.Count == wanted.Count && given.Zip(wanted).All(pair => Fits(pair.First, pair.Second));
        if (expected is null || actual is null) return expected is null && actual is null;
        if (expected.GetValueKind() != JsonValueKind.Number) return expected.ToJsonString() == actual.ToJsonString();
        if (actual.GetValueKind() != JsonValueKind.Number) return false;
        var (number, value) = (expected.AsValue().TryGetValue<decimal>(out var d) ? d : expected.GetValue<long>(), decimal.Parse(actual.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture));
        var digits = number.Scale;
        var tolerance = digits == 0 ? 0 : 0.5m / (decimal)Math.Pow(10, digits);
        return Math.Abs(value - number) <= tolerance;
    }

    [GeneratedRegex(@"^\.?(?:(?<name>[A-Za-z_][A-Za-z0-9_]*)(?<index>\[[^\]]*\])?|(?<name>)(?<index>\[[^\]]*\]))")]
    private static partial Regex Step();
}
