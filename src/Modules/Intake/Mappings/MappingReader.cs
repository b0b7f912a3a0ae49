using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Danke.Contracts.Events;
using Danke.Intake.Files;
using NodaTime;

namespace Danke.Intake.Mappings;

/// <summary>Something wrong with a mapping: where, and what to do.</summary>
internal sealed record MappingProblem(string Path, string Detail);

/// <summary>Reads and checks a mapping document. All problems are found at once, each with its path.</summary>
internal sealed class MappingReader
{
    private const int MostProblems = 50;
    private readonly List<MappingProblem> problems = [];
    private readonly List<ColumnRef> columns = [];

    /// <summary>The mapping, or null with what is wrong with it.</summary>
    public static (Mapping? Mapping, IReadOnlyList<MappingProblem> Problems) Read(JsonNode? document)
    {
        var reader = new MappingReader();
        var mapping = reader.Document(document);
        return (reader.problems.Count == 0 ? mapping : null, reader.problems);
    }

    /// <summary>From YAML or JSON text.</summary>
    public static (Mapping? Mapping, IReadOnlyList<MappingProblem> Problems) Read(string text)
    {
        try
        {
            return Read(Yaml.ToJson(text));
        }
        catch (YamlDotNet.Core.YamlException error)
        {
            return (null, [new MappingProblem("$", $"No valid YAML at line {error.Start.Line}: {error.Message}")]);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or FormatException)
        {
            // What the YAML library itself trips over.
            return (null, [new MappingProblem("$", "No valid YAML: a bracket, brace or quote is not closed.")]);
        }
    }

    /// <summary>The mapping for one file: its own copy, with the places of its columns filled in.</summary>
    /// <exception cref="FileException">The file lacks a column.</exception>
    public static Mapping Bind(Mapping mapping, RowReader file, string fileHash)
    {
        var reader = new MappingReader();
        var bound = reader.Document(mapping.Document)! with { FileHash = fileHash };
        foreach (var column in reader.columns)
            column.Place = column.Name switch { "@row" => ColumnRef.RowPlace, "@file" => ColumnRef.FilePlace, var name => file.IndexOf(name) };
        var missing = reader.columns.Where(c => c.Place == -1).Select(c => c.Name).Distinct().ToList();
        return missing.Count == 0 ? bound : throw new FileException("column_missing",
            $"The mapping speaks of {string.Join(", ", missing.Select(m => $"'{m}'"))}, and the file has the columns {string.Join(", ", file.Columns.Take(40).Select(c => $"'{c}'"))}.", file.Columns);
    }

    private Mapping? Document(JsonNode? node)
    {
        if (node is not JsonObject document) return Nothing<Mapping>("$", "A mapping is an object.");
        Known(document, "$", "mapping", "name", "title", "source", "channel", "shop", "file", "timezone", "group", "take", "events", "description");
        if (document["mapping"] is not { } version || Scalar(version) != "1") Fail("$.mapping", "Must be 1, the version of the mapping language.");
        var file = File(document["file"]);
        var isEvents = file.Format == "events";
        return new Mapping
        {
            Name = Pattern(document, "$", "name", "^[a-z0-9][a-z0-9-]{0,63}$", "small letters, digits and -") ?? "",
            Title = Text(document, "$", "title") ?? "",
            Source = Pattern(document, "$", "source", "^[A-Za-z0-9_.:-]{1,64}$", "1 to 64 letters, digits and _ . : -", required: !isEvents) ?? "events",
            Channel = Pattern(document, "$", "channel", "^[a-z0-9_-]{1,32}$", "1 to 32 small letters, digits, _ and -", required: !isEvents) ?? "",
            Shop = Pattern(document, "$", "shop", "^[^/\\p{Cc}]{0,64}$", "at most 64 characters without a slash", required: false) ?? "",
            File = file,
            Zone = Zone(document, isEvents),
            Group = document["group"] is { } group ? Group(group) : null,
            TakesEvery = Word(document, "$", "take", ["first", "every"]) == "every",
            Events = isEvents ? [] : Items(document["events"], "$.events", required: true).Select((e, i) => Event(e, $"$.events[{i}]", document["group"] is not null)).ToList(),
            Document = document,
        };
    }

    private FileSpec File(JsonNode? node)
    {
        if (node is null) return new FileSpec();
        if (node is not JsonObject file) return Nothing<FileSpec>("$.file", "Must be an object.") ?? new FileSpec();
        Known(file, "$.file", "format", "encoding", "separator", "columns", "skip_lines", "sheet", "decimal");
        var encoding = Text(file, "$.file", "encoding");
        if (encoding is not null && !Encodings.IsKnown(encoding)) Fail("$.file.encoding", $"Must be one of {string.Join(", ", Encodings.Known)}.");
        var separator = Text(file, "$.file", "separator");
        if (separator is { Length: not 1 }) Fail("$.file.separator", "Must be one character.");
        var @decimal = Text(file, "$.file", "decimal");
        if (@decimal is not (null or "." or ",")) Fail("$.file.decimal", "Must be . or ,");
        return new FileSpec
        {
            Format = Word(file, "$.file", "format", FileOpening.Formats),
            Encoding = encoding,
            Separator = separator is [var one] ? one : null,
            Columns = file["columns"] is { } names ? Items(names, "$.file.columns", required: true).Select(Scalar).OfType<string>().ToList() : null,
            SkipLines = (int)(Number(file, "$.file", "skip_lines", 0, 1_000) ?? 0),
            Sheet = Text(file, "$.file", "sheet"),
            Decimal = @decimal == "," ? ',' : '.',
        };
    }

    private DateTimeZone Zone(JsonObject document, bool optional)
    {
        var id = Text(document, "$", "timezone");
        if (id is null && !optional) Fail("$.timezone", "Name the zone of the file's local times, e.g. Asia/Shanghai or UTC.");
        var zone = id is null ? DateTimeZone.Utc : DateTimeZoneProviders.Tzdb.GetZoneOrNull(id);
        if (zone is null) Fail("$.timezone", $"'{id}' is no IANA time zone. Say e.g. Asia/Shanghai or UTC.");
        return zone ?? DateTimeZone.Utc;
    }

    private GroupSpec? Group(JsonNode node)
    {
        if (node is not JsonObject group) return Nothing<GroupSpec>("$.group", "Must be an object with by.");
        Known(group, "$.group", "by", "window");
        var by = group["by"] switch
        {
            JsonArray many => many.Select((c, i) => Column(c, $"$.group.by[{i}]")).ToList(),
            null => Nothing<List<ColumnRef>>("$.group.by", "Name the column whose value the rows of one event have in common.") ?? [],
            var one => [Column(one, "$.group.by")],
        };
        return new GroupSpec(by, (int)(Number(group, "$.group", "window", 1, GroupSpec.MostWindow) ?? GroupSpec.DefaultWindow));
    }

    private EventSpec Event(JsonNode? node, string path, bool grouped)
    {
        if (node is not JsonObject spec) return Nothing<EventSpec>(path, "Must be an object.") ?? new EventSpec { Name = "" };
        var name = Text(spec, path, "name") ?? path[2..];
        var when = spec["when"] is { } condition ? Condition(condition, path + ".when") : null;
        var skip = Scalar(spec["skip"]) ?? (spec["skip"] is null ? "false" : "");
        if (skip is not ("true" or "false")) Fail(path + ".skip", "Say true or false.");
        if (skip == "true")
        {
            Known(spec, path, "name", "when", "skip");
            return new EventSpec { Name = name, When = when, Skip = true };
        }
        Known(spec, path, "name", "when", "skip", "type", "id", "time", "channel", "shop", "identifiers", "data", "lines");
        return new EventSpec
        {
            Name = name,
            When = when,
            Type = Word(spec, path, "type", EventJsonReader.Types, required: true) ?? "",
            Id = Required(spec, path, "id", "Say what makes the event's id: the same row must give the same id each time."),
            Time = Required(spec, path, "time", "Say which column tells when it happened."),
            Channel = spec["channel"] is { } channel ? Value(channel, path + ".channel") : null,
            Shop = spec["shop"] is { } shop ? Value(shop, path + ".shop") : null,
            Identifiers = Items(spec["identifiers"], path + ".identifiers", required: false).Select((n, i) => Identifier(n, $"{path}.identifiers[{i}]")).OfType<IdentifierSpec>().ToList(),
            Data = spec["data"] is { } data && Node(data, path + ".data", "") is Node.Object fields ? fields : new Node.Object([]),
            Lines = spec["lines"] is { } lines ? Node(lines, path + ".lines", "") as Node.Object ?? Nothing<Node.Object>(path + ".lines", "Must be an object: the fields of a line.") : null,
        };
    }

    private IdentifierSpec? Identifier(JsonNode? node, string path)
    {
        if (node is not JsonObject spec) return Nothing<IdentifierSpec>(path, "Must be an object with namespace and value.");
        Known(spec, path, "namespace", "scope", "value", "verified", "when");
        return new IdentifierSpec(
            Pattern(spec, path, "namespace", "^[a-z0-9_]{1,32}$", "1 to 32 small letters, digits and _") ?? "",
            spec["scope"] is { } scope ? Value(scope, path + ".scope", plainIsText: true) : Constant("", path),
            Required(spec, path, "value", "Say which column holds the value.") ?? Constant("", path),
            spec["verified"] is { } verified && Scalar(verified) == "true",
            spec["when"] is { } when ? Condition(when, path + ".when") : null);
    }

    private static Value Constant(string text, string path) => new() { From = new Origin.Constant(text), Path = path };

    private static readonly string[] OriginWords = ["column", "text", "const", "multiply", "sum", "choose"];
    private static readonly string[] StepWords = ["whole", "lower", "map", "else", "default", "prefix", "suffix", "max", "scale", "negate", "absolute", "format"];

    private Node Node(JsonNode? node, string path, string name)
    {
        if (node is JsonArray items) return new Node.List(items.Select((n, i) => Node(n, $"{path}[{i}]", name)).ToList());
        if (node is JsonObject fields && !fields.Any(f => OriginWords.Contains(f.Key)))
            return new Node.Object(fields.Select(f => (f.Key, Node(f.Value, $"{path}.{f.Key}", f.Key))).ToList());
        return new Node.Leaf(Value(node, path), KindOf(name));
    }

    // What a field of an event takes is told by its name; see event.schema.json.
    private static ValueKind KindOf(string name) => name switch
    {
        "quantity" or "points" or "version" => ValueKind.Whole,
        "granted" => ValueKind.Flag,
        "expires_at" or "ends_at" => ValueKind.Time,
        _ => name.EndsWith("_minor", StringComparison.Ordinal) ? ValueKind.Money : ValueKind.Text,
    };

    private Value? Required(JsonObject spec, string path, string name, string detail)
    {
        if (spec[name] is { } node) return Value(node, $"{path}.{name}");
        Fail($"{path}.{name}", detail);
        return null;
    }

    /// <summary>A value: a column's name, or an object with an origin and steps.</summary>
    private Value Value(JsonNode? node, string path, bool plainIsText = false)
    {
        if (node is JsonValue && Scalar(node) is { } plain)
            return plainIsText ? Constant(plain, path) : new Value { From = new Origin.Column(Column(node, path)), Path = path };
        if (node is not JsonObject spec)
        {
            Fail(path, "Must be a column's name or an object with column, text, const, multiply, sum or choose.");
            return Constant("", path);
        }
        Known(spec, path, [.. OriginWords, .. StepWords]);
        var format = spec["format"];
        return new Value
        {
            From = From(spec, path),
            Whole = Flag(spec, path, "whole"),
            Lower = Flag(spec, path, "lower"),
            Map = spec["map"] is { } map ? Map(map, path + ".map") : null,
            Otherwise = Text(spec, path, "else"),
            Default = Text(spec, path, "default"),
            Prefix = Text(spec, path, "prefix") ?? "",
            Suffix = Text(spec, path, "suffix") ?? "",
            Most = (int?)Number(spec, path, "max", 1, 1_000),
            Scale = (int?)Number(spec, path, "scale", 0, 6),
            Negate = Flag(spec, path, "negate"),
            Absolute = Flag(spec, path, "absolute"),
            Formats = format is JsonArray many ? many.Select(Scalar).OfType<string>().ToList() : format is not null ? [Scalar(format) ?? ""] : [],
            Path = path,
        };
    }

    private Origin From(JsonObject spec, string path)
    {
        var given = OriginWords.Where(spec.ContainsKey).ToList();
        if (given.Count != 1)
        {
            Fail(path, $"Say where the value comes from, once: one of {string.Join(", ", OriginWords)}.");
            return new Origin.Constant("");
        }
        var node = spec[given[0]];
        var at = $"{path}.{given[0]}";
        return given[0] switch
        {
            "column" => new Origin.Column(Column(node, at)),
            "text" => new Origin.Template(Template(Scalar(node) ?? "")),
            "const" => new Origin.Constant(Scalar(node) ?? ""),
            "multiply" => new Origin.Product(Items(node, at, required: true).Select((n, i) => Factor(n, $"{at}[{i}]")).ToList()),
            "sum" => new Origin.Sum(Value(node, at)),
            "choose" => new Origin.Choice(Items(node, at, required: true).Select((n, i) => Case(n, $"{at}[{i}]")).ToList()),
            _ => throw new InvalidOperationException(given[0]),
        };
    }

    private (Condition, Value) Case(JsonNode? node, string path)
    {
        if (node is JsonObject one) Known(one, path, "when", "then");
        return (Condition(node?["when"], path + ".when"), Value(node?["then"], path + ".then", plainIsText: true));
    }

    private (ColumnRef?, decimal) Factor(JsonNode? node, string path) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            ? (null, decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture))
            : (Column(node, path), 0);

    private List<(string, ColumnRef?)> Template(string text)
    {
        var parts = new List<(string, ColumnRef?)>();
        var at = 0;
        while (text.IndexOf('{', at) is >= 0 and var open && text.IndexOf('}', open) is > 0 and var close)
        {
            parts.Add((text[at..open], NewColumn(text[(open + 1)..close])));
            at = close + 1;
        }
        parts.Add((text[at..], null));
        return parts;
    }

    private Dictionary<string, string> Map(JsonNode node, string path)
    {
        if (node is JsonObject map) return map.ToDictionary(p => p.Key, p => Scalar(p.Value) ?? "", StringComparer.Ordinal);
        Fail(path, "Must be an object: value in the file → value in the event.");
        return [];
    }

    private Condition Condition(JsonNode? node, string path)
    {
        if (node is JsonArray all) return new Condition.All(all.Select((n, i) => Condition(n, $"{path}[{i}]")).ToList());
        if (node is not JsonObject spec)
        {
            Fail(path, "Must be a condition: an object with column and a test, or all, any or not.");
            return new Condition.All([]);
        }
        if (spec["all"] is { } every) return new Condition.All(Items(every, path + ".all", true).Select((n, i) => Condition(n, $"{path}.all[{i}]")).ToList());
        if (spec["any"] is { } some) return new Condition.Any(Items(some, path + ".any", true).Select((n, i) => Condition(n, $"{path}.any[{i}]")).ToList());
        if (spec["not"] is { } not) return new Condition.Not(Condition(not, path + ".not"));
        Known(spec, path, "column", "rows", "is", "starts_with", "ends_with", "contains", "matches", "empty", "less_than", "at_least");
        var rows = Word(spec, path, "rows", ["first", "any", "every"]) switch { "any" => RowsOf.Any, "every" => RowsOf.Every, _ => RowsOf.First };
        return new Condition.Test(Column(spec["column"], path + ".column"), rows, Predicate(spec, path));
    }

    private Predicate Predicate(JsonObject spec, string path)
    {
        var tests = spec.Where(p => p.Key is not ("column" or "rows")).ToList();
        if (tests.Count != 1)
        {
            Fail(path, "Give one test: is, starts_with, ends_with, contains, matches, empty, less_than or at_least. Join several with all or any.");
            return new Predicate.Empty(false);
        }
        var (word, node) = (tests[0].Key, tests[0].Value);
        var at = $"{path}.{word}";
        switch (word)
        {
            case "is": return new Predicate.OneOf((node is JsonArray many ? many.Select(Scalar).OfType<string>() : [Scalar(node) ?? ""]).ToHashSet(StringComparer.Ordinal));
            case "starts_with": return new Predicate.StartsWith(Scalar(node) ?? "");
            case "ends_with": return new Predicate.EndsWith(Scalar(node) ?? "");
            case "contains": return new Predicate.Contains(Scalar(node) ?? "");
            case "matches": return Matching(Scalar(node) ?? "", at);
            case "empty": return new Predicate.Empty(Scalar(node) != "false");
            case "less_than": return new Predicate.LessThan(DecimalOf(node, at));
            default: return new Predicate.AtLeast(DecimalOf(node, at));
        }
    }

    private Predicate Matching(string pattern, string path)
    {
        try
        {
            // Linear in the value's length, whatever the pattern.
            return new Predicate.Matches(new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)));
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            Fail(path, "No regular expression that can be used (look-arounds and back-references cannot).");
            return new Predicate.Empty(false);
        }
    }

    private decimal DecimalOf(JsonNode? node, string path)
    {
        if (decimal.TryParse(Scalar(node), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
        Fail(path, "Must be a number.");
        return 0;
    }

    private ColumnRef Column(JsonNode? node, string path)
    {
        var name = Scalar(node);
        if (string.IsNullOrWhiteSpace(name)) Fail(path, "Must be a column's name.");
        return NewColumn(name ?? "");
    }

    private ColumnRef NewColumn(string name)
    {
        var column = new ColumnRef(name.Trim());
        columns.Add(column);
        return column;
    }

    private static string? Scalar(JsonNode? node) => node is not JsonValue value ? null : value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.ToJsonString(),
    };

    private string? Text(JsonObject of, string path, string name)
    {
        if (of[name] is not { } node) return null;
        if (Scalar(node) is { } text) return text;
        Fail($"{path}.{name}", "Must be a text.");
        return null;
    }

    private string? Pattern(JsonObject of, string path, string name, string pattern, string what, bool required = true)
    {
        var text = Text(of, path, name);
        if (text is null && !required) return null;
        if (text is not null && Regex.IsMatch(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(1))) return text;
        Fail($"{path}.{name}", $"Must be {what}.");
        return null;
    }

    private string? Word(JsonObject of, string path, string name, IReadOnlyList<string> words, bool required = false)
    {
        var text = Text(of, path, name);
        if (text is null && !required || text is not null && words.Contains(text)) return text;
        Fail($"{path}.{name}", $"Must be one of {string.Join(", ", words)}.");
        return null;
    }

    private bool Flag(JsonObject of, string path, string name)
    {
        var text = Text(of, path, name);
        if (text is not (null or "true" or "false")) Fail($"{path}.{name}", "Must be true or false.");
        return text == "true";
    }

    private long? Number(JsonObject of, string path, string name, long least, long most)
    {
        if (Text(of, path, name) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        Fail($"{path}.{name}", $"Must be a whole number from {least} to {most}.");
        return null;
    }

    private IEnumerable<JsonNode?> Items(JsonNode? node, string path, bool required)
    {
        if (node is JsonArray { Count: > 0 } items) return items;
        if (node is not null || required) Fail(path, "Must be a list with at least one item.");
        return [];
    }

    private void Known(JsonObject of, string path, params string[] names)
    {
        foreach (var (name, _) in of)
            if (!names.Contains(name)) Fail($"{path}.{name}", $"There is no such word here. Known are {string.Join(", ", names)}.");
    }

    private T? Nothing<T>(string path, string detail) where T : class
    {
        Fail(path, detail);
        return null;
    }

    private void Fail(string path, string detail)
    {
        if (problems.Count < MostProblems) problems.Add(new MappingProblem(path, detail));
    }
}
