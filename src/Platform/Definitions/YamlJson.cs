using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Danke.Platform.Definitions;

/// <summary>
/// Reads YAML (and JSON, which is YAML) into JSON. Words mean what YAML 1.2's core schema says: <c>no</c> and <c>on</c> are text,
/// dates are text. Bounded, since aliases let a small text name a huge one.
/// </summary>
public static class YamlJson
{
    /// <summary>A definition is a page or two; more than this is a mistake or an attack.</summary>
    public const int MostNodes = 100_000;
    public const int MostDepth = 64;

    /// <summary>The documents of a text, separated by <c>---</c>.</summary>
    /// <param name="place">Told of every value, null apart, in which line it begins.</param>
    /// <exception cref="FormatException">Not YAML; the message says where.</exception>
    public static List<JsonNode?> ReadAll(string text, Action<JsonNode, int>? place = null)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            var budget = MostNodes;
            return stream.Documents.Select(d => Convert(d.RootNode, MostDepth, ref budget, place)).ToList();
        }
        catch (YamlException error)
        {
            throw new FormatException($"Line {error.Start.Line}, column {error.Start.Column}: {error.InnerException?.Message ?? error.Message}", error);
        }
    }

    public static JsonNode? Read(string text) => ReadAll(text) is [var only] ? only : throw new FormatException("One document is expected.");

    private static JsonNode? Convert(YamlNode node, int depth, ref int budget, Action<JsonNode, int>? place)
    {
        var json = Unplaced(node, depth, ref budget, place);
        if (json is not null) place?.Invoke(json, (int)node.Start.Line);
        return json;
    }

    private static JsonNode? Unplaced(YamlNode node, int depth, ref int budget, Action<JsonNode, int>? place)
    {
        if (depth == 0) throw new FormatException($"Nested deeper than {MostDepth}.");
        if (--budget < 0) throw new FormatException($"More than {MostNodes} values.");
        switch (node)
        {
            case YamlMappingNode mapping:
                var fields = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                {
                    if (key is not YamlScalarNode { Value: { } name }) throw new FormatException($"Line {key.Start.Line}: a key must be a word.");
                    if (!fields.TryAdd(name, Convert(value, depth - 1, ref budget, place))) throw new FormatException($"Line {key.Start.Line}: '{name}' is there twice.");
                }
                return fields;
            case YamlSequenceNode sequence:
                var items = new JsonArray();
                foreach (var item in sequence.Children) items.Add(Convert(item, depth - 1, ref budget, place));
                return items;
            default:
                return Scalar((YamlScalarNode)node);
        }
    }

    private static JsonNode? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any)) return JsonValue.Create(text);
        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when IsWhole(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            _ when IsNumber(text) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };
    }

    // 007 is a code, not seven.
    private static bool IsWhole(string text) => text.TrimStart('-') is var digits && digits.Length > 0 && digits.All(char.IsAsciiDigit) && (digits.Length == 1 || digits[0] != '0');

    private static bool IsNumber(string text) => (char.IsAsciiDigit(text[0]) || text[0] is '-') && char.IsAsciiDigit(text[^1])
        && text.All(c => char.IsAsciiDigit(c) || c is '-' or '+' or '.' or 'e' or 'E') && !(text.TrimStart('-') is ['0', >= '0' and <= '9', ..]);
}
