using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Danke.Intake.Mappings;

/// <summary>YAML (and so JSON) text as a JSON tree, after YAML's core schema: plain true, false, null and numbers are those.</summary>
internal static class Yaml
{
    // Aliases let a small document grow without bound: this is more than any mapping needs.
    private const int MostNodes = 20_000;

    public static JsonNode? ToJson(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var count = 0;
        return stream.Documents.Count == 0 ? null : Convert(stream.Documents[0].RootNode, ref count, 0);
    }

    private static JsonNode? Convert(YamlNode node, ref int count, int depth)
    {
        if (++count > MostNodes || depth > 30) throw new YamlException(node.Start, node.End, "the document is too large or nests too deeply");
        switch (node)
        {
            case YamlMappingNode map:
                var result = new JsonObject();
                foreach (var (key, value) in map.Children)
                {
                    var name = (key as YamlScalarNode)?.Value ?? throw new YamlException(key.Start, key.End, "a key must be a text");
                    result[name] = Convert(value, ref count, depth + 1);
                }
                return result;
            case YamlSequenceNode items:
                var list = new JsonArray();
                foreach (var item in items.Children) list.Add(Convert(item, ref count, depth + 1));
                return list;
            default:
                return Scalar((YamlScalarNode)node);
        }
    }

    private static JsonNode? Scalar(YamlScalarNode node)
    {
        if (node.Style != ScalarStyle.Plain) return JsonValue.Create(node.Value ?? "");
        return node.Value switch
        {
            null or "" or "null" or "~" => null,
            "true" => JsonValue.Create(true),
            "false" => JsonValue.Create(false),
            var text when IsNumber(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            var text when IsNumber(text) && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            var text => JsonValue.Create(text),
        };
    }

    // 007 is a name that somebody forgot to quote, not seven.
    private static bool IsNumber(string text) => text.TrimStart('-') is { Length: > 0 } digits && char.IsAsciiDigit(digits[0]) && (digits[0] != '0' || digits.Length == 1 || digits[1] == '.');
}
