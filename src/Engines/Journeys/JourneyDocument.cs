using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Engines.Ledger;
using NodaTime;

namespace Danke.Engines.Journeys;

/// <summary>The journey as people write it (samples/journeys, <c>journey.schema.json</c>), and what must be true of it.</summary>
public static class JourneyDocument
{
    public const int MostNodes = 200;
    public const int LongestText = 10_000;

    /// <summary>Longer waits are mistakes; instants stay far from the end of the calendar.</summary>
    private const int MostDays = 3_660;

    /// <summary>JSON Schema (2020-12) of the document, for editors; what it cannot say, <see cref="TryRead"/> does.</summary>
    public static JsonNode Schema { get; } = JsonNode.Parse(typeof(JourneyDocument).Assembly.GetManifestResourceStream("journey.schema.json")!)!;

    /// <summary>Reads a valid document.</summary>
    /// <exception cref="InvalidDataException">It is not valid; the message names the path.</exception>
    public static JourneyDefinition Read(JsonNode document, long version) =>
        TryRead(document, out var journey) is [var first, ..] ? throw new InvalidDataException($"{first.Path}: {first.Message}") : journey! with { Version = version };

    /// <summary>Every problem of the document; none for a valid one.</summary>
    public static ImmutableArray<DefinitionProblem> TryRead(JsonNode document, out JourneyDefinition? journey)
    {
        journey = null;
        if (DefinitionProblem.Nulls(document) is [var empty, ..]) return [empty];
        if (ProblemsOfKinds(document).ToImmutableArray() is { IsEmpty: false } kinds) return kinds;
        try
        {
            journey = document.Deserialize<JourneyDefinition>(DefinitionJson.Options);
        }
        catch (JsonException error)
        {
            return [DefinitionProblem.Of(error)];
        }
        if (journey is null) return [new DefinitionProblem("$", "The document is empty.")];
        if (journey.Nodes.IsDefaultOrEmpty) return [new DefinitionProblem("$.nodes", "At least one node.")];
        return [.. Problems(journey)];
    }

    // First, since the serializer cannot say which of the nodes has no kind that it knows.
    private static IEnumerable<DefinitionProblem> ProblemsOfKinds(JsonNode document)
    {
        if (document is not JsonObject fields || fields["nodes"] is not JsonArray nodes) yield break;
        for (var i = 0; i < nodes.Count; i++)
            if (nodes[i] is JsonObject node && !(node["kind"] is JsonValue kind && kind.TryGetValue<string>(out var word) && word is ("wait" or "send" or "end")))
                yield return new DefinitionProblem($"$.nodes[{i}].kind", "wait, send or end.");
    }

    private static IEnumerable<DefinitionProblem> Problems(JourneyDefinition journey)
    {
        if (!IsName(journey.Name)) yield return new("$.name", "1 to 64 of a-z, 0-9, - and _.");
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(journey.Zone) is null) yield return new("$.zone", $"'{journey.Zone}' is no IANA time zone, e.g. Asia/Shanghai.");
        if (!JourneyTrigger.Events.Contains(journey.Trigger.Event)) yield return new("$.trigger.event", $"One of {string.Join(", ", JourneyTrigger.Events)}.");
        if (journey.Trigger is { DaysBefore: not null, Event: not JourneyTrigger.PointsExpiring }) yield return new("$.trigger.days_before", $"Only {JourneyTrigger.PointsExpiring} has it.");
        if (journey.Trigger is { Benefit: not null, Event: not JourneyTrigger.BenefitGiven }) yield return new("$.trigger.benefit", $"Only {JourneyTrigger.BenefitGiven} has it.");
        if (Waiting.ElapsedOf(journey.Trigger.FreshFor) is not { } fresh || fresh <= Duration.Zero || fresh > Duration.FromDays(MostDays))
            yield return new("$.trigger.fresh_for", "An ISO 8601 duration, e.g. P1D.");
        if (journey.Nodes.Length > MostNodes) yield return new("$.nodes", $"At most {MostNodes}.");
        var ids = new HashSet<string>();
        for (var i = 0; i < journey.Nodes.Length; i++)
        {
            var (node, path) = (journey.Nodes[i], $"$.nodes[{i}]");
            if (!IsName(node.Id)) yield return new(path + ".id", "1 to 64 of a-z, 0-9, - and _.");
            else if (!ids.Add(node.Id)) yield return new(path + ".id", $"'{node.Id}' is another node's id.");
            foreach (var problem in ProblemsOf(node, path)) yield return problem;
        }
        foreach (var problem in ProblemsOfWays(journey)) yield return problem;
    }

    private static IEnumerable<DefinitionProblem> ProblemsOf(JourneyNode node, string path) => node switch
    {
        WaitNode wait => ProblemsOf(wait, path),
        SendNode send => ProblemsOf(send, path),
        _ => node.Next is null ? [] : [new(path + ".next", "An end has no next node.")],
    };

    private static IEnumerable<DefinitionProblem> ProblemsOf(WaitNode wait, string path)
    {
        if (wait.Duration is null == (wait.Days is null && wait.At is null))
            yield return new(path, "Either duration (elapsed time), or days and/or at (calendar).");
        if (wait.Duration is { } text && (Waiting.ElapsedOf(text) is not { } elapsed || elapsed <= Duration.Zero || elapsed > Duration.FromDays(MostDays)))
            yield return new(path + ".duration", "An ISO 8601 duration of weeks, days, hours, minutes and seconds, longer than nothing, e.g. PT24H.");
        if (wait.Days is < 1 or > MostDays) yield return new(path + ".days", $"1 to {MostDays}.");
        if (wait.At is { } at && Waiting.ClockOf(at) is null) yield return new(path + ".at", "A clock time, 00:00 to 23:59.");
    }

    private static IEnumerable<DefinitionProblem> ProblemsOf(SendNode send, string path)
    {
        if (!IsName(send.Template)) yield return new(path + ".template", "1 to 64 of a-z, 0-9, - and _.");
        if (send.Text.Length is 0 or > LongestText) yield return new(path + ".text", $"1 to {LongestText} characters.");
        if (send.Via == MessageVia.Email && string.IsNullOrWhiteSpace(send.Subject)) yield return new(path + ".subject", "An e-mail needs a subject.");
        if (send.Via != MessageVia.Email && send.Subject is not null) yield return new(path + ".subject", "Only an e-mail has a subject.");
        foreach (var (text, field) in new[] { (send.Subject, ".subject"), (send.Text, ".text") })
        {
            if (MessageTemplate.HasStrayBraces(text)) yield return new(path + field, "Braces that are no variable; write {{person.name}}.");
            foreach (var name in MessageTemplate.VariablesIn(text).Distinct().Where(v => !send.Variables.ContainsKey(v)))
                yield return new(path + field, $"Say under variables what happens when {{{{{name}}}}} is not known: a fallback, or required.");
        }
        foreach (var (name, rule) in send.Variables)
        {
            if (!MessageTemplate.IsKnownVariable(name)) yield return new($"{path}.variables['{name}']", $"Not one of {string.Join(", ", MessageTemplate.KnownVariables)}, or one of points with a type behind it: {MessageTemplate.Points}.coins.");
            if (rule is null || rule.Required == rule.Fallback is not null) yield return new($"{path}.variables['{name}']", "Either a fallback, or required: true.");
        }
    }

    private static IEnumerable<DefinitionProblem> ProblemsOfWays(JourneyDefinition journey)
    {
        var lost = journey.Nodes.Select((n, i) => (n.Next, i)).Where(n => n.Next is not null && journey.Nodes.All(m => m.Id != n.Next)).ToList();
        foreach (var (next, i) in lost) yield return new($"$.nodes[{i}].next", $"There is no node '{next}'.");
        if (lost.Count > 0 || journey.Nodes.Select(n => n.Id).Distinct().Count() < journey.Nodes.Length) yield break;

        var reached = new HashSet<JourneyNode>();
        for (var node = journey.Nodes[0]; node is not null && reached.Add(node); node = journey.After(node)) { }
        for (var i = 0; i < journey.Nodes.Length; i++)
        {
            if (!reached.Contains(journey.Nodes[i])) yield return new($"$.nodes[{i}]", "No way leads here.");
            if (RunsRound(journey, journey.Nodes[i])) yield return new($"$.nodes[{i}].next", "The way leads back here without a wait: it would never end.");
        }
    }

    private static bool RunsRound(JourneyDefinition journey, JourneyNode start)
    {
        if (start is WaitNode) return false;
        var node = journey.After(start);
        for (var steps = 0; node is not null and not WaitNode && steps <= journey.Nodes.Length; steps++)
        {
            if (node.Id == start.Id) return true;
            node = journey.After(node);
        }
        return false;
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
