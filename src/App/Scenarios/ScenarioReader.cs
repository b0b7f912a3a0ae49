using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Danke.App.Hosting;
using Danke.Platform.Definitions;
using Danke.Platform.Scenarios;
using NodaTime;
using NodaTime.Text;

namespace Danke.App.Scenarios;

/// <summary>
/// Reads the scenarios of a file: documents separated by <c>---</c>, each once or, with a table, once a row. What is wrong with it is said
/// with file, line and path.
/// </summary>
internal sealed partial class ScenarioReader(string file, List<FileProblem> problems)
{
    private const string DefaultZone = "Asia/Shanghai";
    private const string DefaultStart = "2026-01-01";
    private const int MostRepeated = 1_000;

    // As far as events may say: 1990-01-01 to 2101-01-01, with a day for zones.
    private const long EarliestMs = 631_152_000_000 - 86_400_000;
    private const long LatestMs = 4_133_980_800_000 + 86_400_000;

    private readonly Lines lines = new();
    private int begins;
    private int rowNumber;

    public static List<Scenario> Read(string file, List<FileProblem> problems) => new ScenarioReader(file, problems).Read();

    private List<Scenario> Read()
    {
        var scenarios = new List<Scenario>();
        foreach (var document in Documents(file, lines.Place, file))
        {
            begins = lines.Of(document);
            if (document is not JsonObject fields)
            {
                if (document is not null) Wrong(document, "", "A scenario is a mapping that begins with scenario: and says what it shows.");
                continue;
            }
            if (!IsTable(fields["table"]))
            {
                Wrong(fields["table"], "table", "A table is a list of rows, each a mapping of columns.");
                continue;
            }
            rowNumber = fields["table"] is JsonArray { Count: > 0 } ? 1 : 0;
            foreach (var row in Rows(fields))
            {
                if (Guarded(() => Of(fields, row)) is { } scenario) scenarios.Add(scenario);
                rowNumber++;
            }
        }
        return scenarios;
    }

    private static bool IsTable(JsonNode? given) => given is null || given is JsonArray rows && rows.All(r => r is JsonObject);

    private List<JsonNode?> Documents(string path, Action<JsonNode, int>? place, string asked, JsonNode? at = null)
    {
        try
        {
            return YamlJson.ReadAll(File.ReadAllText(path), place);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            if (at is not null) throw new ScenarioException(at, $"{asked}: {error.Message}");
            var line = LineIn().Match(error.Message) is { Success: true } said ? int.Parse(said.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : 1;
            problems.Add(new FileProblem(file, line, "", error.Message));
            return [];
        }
    }

    private static IEnumerable<JsonObject?> Rows(JsonObject fields) =>
        fields["table"] is JsonArray { Count: > 0 } table ? table.Select(row => row as JsonObject) : Enumerable.Repeat<JsonObject?>(null, 1);

    private T? Guarded<T>(Func<T?> read) where T : class
    {
        try
        {
            return read();
        }
        catch (ScenarioException error)
        {
            Wrong(error.At, FileProblem.PathOf(error.At), error.Message);
            return null;
        }
    }

    private void Wrong(JsonNode? at, string path, string detail) =>
        problems.Add(new FileProblem(file, lines.Of(at), path, detail) { Begins = begins, Row = rowNumber });

    private Scenario? Of(JsonObject template, JsonObject? row)
    {
        var fields = Filled(template, row)!.AsObject();
        fields.Remove("table");
        var objections = new SchemaCheck(Vocabulary.All.Schema).Check(fields);
        foreach (var objection in objections) Wrong(objection.At, objection.Path, objection.Detail);
        if (objections.Count > 0) return null;

        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(fields["zone"]?.ToString() ?? DefaultZone) ?? throw new ScenarioException(fields["zone"], $"'{fields["zone"]}' is no IANA time zone.");
        var names = new ScenarioNames((fields["people"] as JsonObject ?? []).ToDictionary(p => p.Key, p => p.Value!), zone);
        var start = InstantOf(fields["start"] ?? (fields["steps"] as JsonArray)?.FirstOrDefault()?["at"], names) ?? names.InstantOf(DefaultStart)!.Value;
        var steps = Steps(fields["steps"] as JsonArray ?? [], names, start);
        if (steps.Count == 0 && fields["expect"] is null && fields["definitions"] is null) throw new ScenarioException(fields, "Nothing happens and nothing is expected: give steps, expect or both.");
        var expects = steps.Select(s => s.Expect).Append(fields["expect"] as JsonObject).OfType<JsonObject>().ToList();
        var everyOrder = OrdersOf(fields["every_order"]);
        if (everyOrder is not null && steps.Count == 0) throw new ScenarioException(fields["every_order"], "There are no steps whose orders could be played.");
        if (everyOrder is not null && steps.Find(s => s.Happens is null || s.Expect is not null || s.Answer is not null || s.Answers is not null || s.Repeat > 1) is { } other)
            throw new ScenarioException(other.Node, "Where every order is played, each step is one event, and what is then so is expected at the end.");
        return new Scenario
        {
            Name = fields["scenario"] + Label(row),
            File = file,
            Lines = lines,
            Node = fields,
            Names = names,
            StartMs = start,
            Row = rowNumber,
            Definitions = Definitions(fields["definitions"] as JsonArray, withProgram: true),
            Steps = steps,
            Expect = fields["expect"] as JsonObject,
            EveryOrder = everyOrder,
            NeedsInsight = expects.Any(e => e.Any(word => Vocabulary.All.Expectations[word.Key].NeedsInsight)),
        };
    }

    private static string Label(JsonObject? row) => row is null ? "" : row["case"] is { } named ? $" ({named})" : $" ({string.Join(", ", row.Select(c => $"{c.Key} {(c.Value is JsonValue ? c.Value : c.Value?.ToJsonString(Comparison.Readable))}"))})";

    private static EveryOrder? OrdersOf(JsonNode? given) => given switch
    {
        JsonValue flag when flag.GetValue<bool>() => new EveryOrder(EveryOrder.UsualMost, 1),
        JsonObject limits => new EveryOrder(
            limits["at_most"]?.GetValue<long>() switch
            {
                null => EveryOrder.UsualMost,
                >= 1 and <= EveryOrder.Most and var most => (int)most,
                _ => throw new ScenarioException(limits["at_most"], $"1 to {EveryOrder.Most}."),
            }, (int)(limits["seed"]?.GetValue<long>() ?? 1)),
        _ => null,
    };

    /// <summary>A copy with the columns filled in; each value keeps its line.</summary>
    private JsonNode? Filled(JsonNode? node, JsonObject? row)
    {
        JsonNode? filled = node switch
        {
            JsonObject fields => new JsonObject(fields.Where(f => f.Key != "table").Select(f => KeyValuePair.Create(Text(f.Key, row, fields), Filled(f.Value, row)))),
            JsonArray items => new JsonArray([.. items.Select(item => Filled(item, row))]),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => Filled(value, value.GetValue<string>(), row),
            _ => node?.DeepClone(),
        };
        if (node is not null && filled is not null) lines.Place(filled, lines.Of(node));
        return filled;
    }

    // A value that is nothing but a column takes the column's type.
    private static JsonNode? Filled(JsonNode at, string text, JsonObject? row) =>
        row is not null && Column().Match(text) is { Success: true } only && only.Length == text.Length && row.ContainsKey(only.Groups[1].Value)
            ? row[only.Groups[1].Value]?.DeepClone() : JsonValue.Create(Text(text, row, at));

    private static string Text(string text, JsonObject? row, JsonNode at) => Column().Replace(text, match =>
        row is not null && row.TryGetPropertyValue(match.Groups[1].Value, out var value) ? value?.ToString() ?? ""
        : throw new ScenarioException(at, $"There is no column '{match.Groups[1].Value}' in the scenario's table."));

    private List<ScenarioStep> Steps(JsonArray given, ScenarioNames names, long startMs)
    {
        var steps = new List<ScenarioStep>();
        var (at, clock) = (startMs, startMs);
        foreach (var node in given.OfType<JsonObject>())
        {
            if (node["at"] is not null && node["after"] is not null) throw new ScenarioException(node, "A step has at or after, not both.");
            at = InstantOf(node["at"], names) ?? (node["after"] is { } after ? After(after, at, names) : at);
            var arrives = InstantOf(node["arrives"], names) ?? at;
            clock = Math.Max(clock, arrives);
            var words = node.Where(f => Vocabulary.All.Steps.ContainsKey(f.Key)).ToList();
            if (words.Count > 1) throw new ScenarioException(node, $"One thing happens in a step, not {string.Join(" and ", words.Select(w => w.Key))}.");
            foreach (var who in words.Select(w => w.Value is JsonObject fields ? fields["who"] : w.Key == "event" ? null : w.Value).OfType<JsonNode>()) names.Who(who);
            if (words.Count > 0 && words[0].Value is null) throw new ScenarioException(node, $"What follows {words[0].Key} is missing.");
            steps.Add(new ScenarioStep(node, steps.Count + 1, at, clock, words is [var (word, what)] ? (Vocabulary.All.Steps[word], what!) : null)
            {
                Publish = Definitions(node["publish"] as JsonArray, withProgram: false),
                Answer = node["answer"]?.ToString(),
                Answers = node["answers"] as JsonObject,
                Delivered = Times(node["delivered"]),
                Repeat = Times(node["repeat"]),
                Expect = node["expect"] as JsonObject,
            });
        }
        return steps;
    }

    private static int Times(JsonNode? given) => given?.GetValue<long>() switch
    {
        null => 1,
        >= 1 and <= MostRepeated and var times => (int)times,
        _ => throw new ScenarioException(given, $"1 to {MostRepeated}."),
    };

    private static long? InstantOf(JsonNode? given, ScenarioNames names) =>
        given is null ? null
        : names.InstantOf(given.ToString()) is not { } instant ? throw new ScenarioException(given, $"'{given}' is no instant such as 2026-01-31, 2026-01-31 09:00 or 2026-01-31T01:00Z.")
        : instant is >= EarliestMs and < LatestMs ? instant
        : throw new ScenarioException(given, "The year must lie between 1990 and 2100.");

    private static long After(JsonNode given, long fromMs, ScenarioNames names)
    {
        if (PeriodPattern.NormalizingIso.Parse(given.ToString()) is not { Success: true, Value: var period }) throw new ScenarioException(given, $"'{given}' is no duration such as PT2H or P1D.");
        var from = Instant.FromUnixTimeMilliseconds(fromMs).InZone(names.Zone);
        var day = names.Zone.AtLeniently(from.LocalDateTime.PlusYears(period.Years).PlusMonths(period.Months).PlusDays(period.Days + period.Weeks * 7)).ToInstant();
        return (day + Duration.FromHours(period.Hours) + Duration.FromMinutes(period.Minutes) + Duration.FromSeconds(period.Seconds) + Duration.FromMilliseconds(period.Milliseconds)).ToUnixTimeMilliseconds();
    }

    private List<DefinitionDraft> Definitions(JsonArray? given, bool withProgram)
    {
        var drafts = (given ?? []).SelectMany(d => Definition(d!)).ToList();
        if (withProgram && !drafts.Exists(d => d.Kind == "program")) drafts.Insert(0, FirstProgram());
        return drafts;
    }

    private static DefinitionDraft FirstProgram()
    {
        var (title, body) = Samples.FirstProgram();
        return new DefinitionDraft("program", "default", title, body, body);
    }

    private IEnumerable<DefinitionDraft> Definition(JsonNode given)
    {
        if (given is JsonObject { } inline && inline.ContainsKey("kind")) return [DraftOf(inline, given)];
        var name = given is JsonObject fields ? fields["file"]!.ToString() : given.ToString();
        var documents = Documents(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, name), null, name, given).OfType<JsonObject>().ToList();
        if ((given as JsonObject)?["with"] is JsonObject changes)
            foreach (var document in documents) document["body"] = Merged(document["body"], changes);
        return documents.Select(document => DraftOf(document, given));
    }

    private static DefinitionDraft DraftOf(JsonObject document, JsonNode at)
    {
        string Word(string field) => document[field]?.ToString() ?? throw new ScenarioException(at, $"A definition has kind, name and body; '{field}' is missing.");
        var (kind, name) = (Word("kind"), Word("name"));
        return new DefinitionDraft(kind, name, document["title"]?.ToString() ?? name, document["body"]?.DeepClone() ?? throw new ScenarioException(at, "A definition has kind, name and body; 'body' is missing."), at);
    }

    // RFC 7396.
    private static JsonNode? Merged(JsonNode? body, JsonNode? changes)
    {
        if (changes is not JsonObject fields) return changes?.DeepClone();
        var merged = body as JsonObject is { } known ? known.DeepClone().AsObject() : [];
        foreach (var (name, value) in fields)
            if (value is null) merged.Remove(name);
            else merged[name] = Merged(merged[name], value);
        return merged;
    }

    [GeneratedRegex(@"\$\{([a-z0-9_]+)\}")]
    private static partial Regex Column();

    [GeneratedRegex(@"^Line (\d+)")]
    private static partial Regex LineIn();
}
