using System.Text.Json.Nodes;

namespace Danke.Platform.Definitions;

/// <summary>One difference between two versions.</summary>
/// <param name="Path">Where, as a JSON pointer.</param>
/// <param name="Change">added, removed or changed.</param>
public sealed record DefinitionChange(string Path, string Change, JsonNode? Before, JsonNode? After);

/// <summary>Compares two bodies, field by field; lists by position, or by name when all their items have one.</summary>
public static class DefinitionDiff
{
    public static IReadOnlyList<DefinitionChange> Between(JsonNode? before, JsonNode? after)
    {
        var changes = new List<DefinitionChange>();
        Compare("", before, after, changes);
        return changes;
    }

    private static void Compare(string path, JsonNode? before, JsonNode? after, List<DefinitionChange> changes)
    {
        if (JsonNode.DeepEquals(before, after)) return;
        if (before is JsonObject left && after is JsonObject right) CompareFields(path, left, right, changes);
        else if (before is JsonArray first && after is JsonArray second) CompareItems(path, first, second, changes);
        else changes.Add(new DefinitionChange(path, "changed", before?.DeepClone(), after?.DeepClone()));
    }

    private static void CompareFields(string path, JsonObject before, JsonObject after, List<DefinitionChange> changes)
    {
        foreach (var name in before.Select(f => f.Key).Union(after.Select(f => f.Key)))
        {
            var at = $"{path}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            if (!after.TryGetPropertyValue(name, out var now)) changes.Add(new DefinitionChange(at, "removed", before[name]?.DeepClone(), null));
            else if (!before.TryGetPropertyValue(name, out var was)) changes.Add(new DefinitionChange(at, "added", null, now?.DeepClone()));
            else Compare(at, was, now, changes);
        }
    }

    private static void CompareItems(string path, JsonArray before, JsonArray after, List<DefinitionChange> changes)
    {
        if (NamesOf(before) is { } left && NamesOf(after) is { } right)
        {
            CompareFields(path, left, right, changes);
            return;
        }
        for (var i = 0; i < Math.Max(before.Count, after.Count); i++)
        {
            if (i >= after.Count) changes.Add(new DefinitionChange($"{path}/{i}", "removed", before[i]?.DeepClone(), null));
            else if (i >= before.Count) changes.Add(new DefinitionChange($"{path}/{i}", "added", null, after[i]?.DeepClone()));
            else Compare($"{path}/{i}", before[i], after[i], changes);
        }
    }

    // A tier that was put in before another is one added tier, not every following one changed.
    private static JsonObject? NamesOf(JsonArray items)
    {
        var named = new JsonObject();
        foreach (var item in items)
            if (item is not JsonObject fields || fields["name"] is not JsonValue value || !value.TryGetValue<string>(out var name) || !named.TryAdd(name, item.DeepClone()))
                return null;
        return named;
    }
}
