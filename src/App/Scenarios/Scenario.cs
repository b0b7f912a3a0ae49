using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Danke.Platform.Scenarios;

namespace Danke.App.Scenarios;

/// <summary>One scenario as its file says it, checked, with the columns of its table filled in.</summary>
internal sealed record Scenario
{
    public required string Name { get; init; }

    /// <summary>As given on the command line.</summary>
    public required string File { get; init; }
    public required Lines Lines { get; init; }
    public required JsonNode Node { get; init; }
    public required ScenarioNames Names { get; init; }
    public required long StartMs { get; init; }
    public required IReadOnlyList<DefinitionDraft> Definitions { get; init; }
    public required IReadOnlyList<ScenarioStep> Steps { get; init; }

    /// <summary>What is so at the end.</summary>
    public JsonObject? Expect { get; init; }

    /// <summary>Null: in the order of the file only.</summary>
    public EveryOrder? EveryOrder { get; init; }
    public bool NeedsInsight { get; init; }

    /// <summary>Which row of its table, from 1; 0 without one.</summary>
    public int Row { get; init; }

    public int Line => Lines.Of(Node);
}

/// <summary>One step: time passes, perhaps something happens, perhaps something is then so.</summary>
/// <param name="AtMs">When it happens.</param>
/// <param name="ArrivesMs">When Danke hears of it; the clock never goes back.</param>
/// <param name="Happens">The word and what follows it; null when only time passes or something is expected.</param>
internal sealed record ScenarioStep(JsonObject Node, int Number, long AtMs, long ArrivesMs, (StepWord Word, JsonNode Given)? Happens)
{
    /// <summary>Definitions that come in force.</summary>
    public IReadOnlyList<DefinitionDraft> Publish { get; init; } = [];
    public string? Answer { get; init; }

    /// <summary>How many answers of each kind, for a step that is repeated.</summary>
    public JsonObject? Answers { get; init; }

    /// <summary>How often the same event is delivered.</summary>
    public int Delivered { get; init; } = 1;

    /// <summary>How many such events, each with an id of its own, come at once.</summary>
    public int Repeat { get; init; } = 1;
    public JsonObject? Expect { get; init; }
}

/// <summary>A definition that the scenario brings in force.</summary>
internal sealed record DefinitionDraft(string Kind, string Name, string Title, JsonNode Body, JsonNode At);

/// <summary>Play every permutation of the steps: all of them when they are few, else a sample that the seed decides.</summary>
internal sealed record EveryOrder(int AtMost, int Seed)
{
    /// <summary>Every order of four steps; of more a sample.</summary>
    public const int UsualMost = 24;

    /// <summary>Each order is three plays, of some milliseconds each.</summary>
    public const int Most = 100_000;
}

/// <summary>In which line of its file a value stands.</summary>
internal sealed class Lines
{
    private readonly Dictionary<JsonNode, int> lines = new(ReferenceEqualityComparer.Instance);

    public void Place(JsonNode node, int line) => lines[node] = line;

    /// <summary>The line of the node, or of what it is in.</summary>
    public int Of(JsonNode? node)
    {
        for (; node is not null; node = node.Parent)
            if (lines.TryGetValue(node, out var line)) return line;
        return 1;
    }

    /// <summary>Whether the value, or what it is in, stands in the file: not one that was made of it.</summary>
    public bool Has(JsonNode? node)
    {
        for (; node is not null; node = node.Parent)
            if (lines.ContainsKey(node)) return true;
        return false;
    }
}

/// <summary>Something is wrong with a scenario file.</summary>
/// <param name="Path">Where in the document, e.g. <c>steps[2].bought.amount</c>.</param>
internal sealed record FileProblem(string File, int Line, string Path, string Detail)
{
    /// <summary>The line with which the scenario begins that it stands in; 0 where the file as a whole cannot be read.</summary>
    [JsonIgnore]
    public int Begins { get; init; }

    /// <summary>Which row of the scenario's table, from 1; 0 without one.</summary>
    [JsonIgnore]
    public int Row { get; init; }

    /// <summary>Where a value stands in its document; nothing for the document itself.</summary>
    public static string PathOf(JsonNode? at) => at?.GetPath().TrimStart('$').TrimStart('.') ?? "";

    public override string ToString() => $"{File}:{Line}: {(Path.Length > 0 ? Path + ": " : "")}{Detail}";
}
