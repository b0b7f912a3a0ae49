using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NodaTime;

namespace Danke.Intake.Mappings;

/// <summary>
/// Says how the rows of a file become events. Written by people as YAML or JSON, checked by <see cref="MappingReader"/>;
/// docs/import.md explains every word, mapping.schema.json is the schema.
/// </summary>
internal sealed record Mapping
{
    public required string Name { get; init; }
    public string Title { get; init; } = "";
    public required string Source { get; init; }
    public required string Channel { get; init; }
    public string Shop { get; init; } = "";
    public FileSpec File { get; init; } = new();

    /// <summary>In which local times without an offset are.</summary>
    public required DateTimeZone Zone { get; init; }
    public GroupSpec? Group { get; init; }

    /// <summary>Whether a row makes every event whose condition it meets, or only the first.</summary>
    public bool TakesEvery { get; init; }
    public required IReadOnlyList<EventSpec> Events { get; init; }

    /// <summary>A hash of the file that the mapping is bound to.</summary>
    public string FileHash { get; init; } = "";

    /// <summary>As JSON, as it is kept with an import.</summary>
    public required JsonObject Document { get; init; }
}

/// <summary>What the file is, as far as it cannot be told from the file itself.</summary>
internal sealed record FileSpec
{
    public string? Format { get; init; }
    public string? Encoding { get; init; }
    public char? Separator { get; init; }

    /// <summary>The columns' names, when the file does not begin with them.</summary>
    public IReadOnlyList<string>? Columns { get; init; }
    public int SkipLines { get; init; }
    public string? Sheet { get; init; }

    /// <summary>Which character is the decimal point: <c>.</c> or <c>,</c>. The other one may group thousands.</summary>
    public char Decimal { get; init; } = '.';
}

/// <summary>Rows of one key make one event.</summary>
/// <param name="By">The columns that make the key.</param>
/// <param name="Window">A group is complete when so many rows went by without one of it.</param>
internal sealed record GroupSpec(IReadOnlyList<ColumnRef> By, int Window)
{
    public const int DefaultWindow = 1_000;
    public const int MostWindow = 200_000;
}

/// <summary>One kind of event that a row or group makes.</summary>
internal sealed record EventSpec
{
    public required string Name { get; init; }
    public Condition? When { get; init; }

    /// <summary>No event: rows that meet the condition are counted as skipped. The rest is then empty.</summary>
    public bool Skip { get; init; }
    public string Type { get; init; } = "";
    public Value? Id { get; init; }
    public Value? Time { get; init; }
    public Value? Channel { get; init; }
    public Value? Shop { get; init; }
    public IReadOnlyList<IdentifierSpec> Identifiers { get; init; } = [];
    public Node.Object Data { get; init; } = new([]);

    /// <summary>One line for each row of the group; null for types without lines.</summary>
    public Node.Object? Lines { get; init; }
}

internal sealed record IdentifierSpec(string Namespace, Value Scope, Value Value, bool Verified, Condition? When);

/// <summary>A part of an event's data: an object, a list, or a value.</summary>
internal abstract record Node
{
    public sealed record Object(IReadOnlyList<(string Name, Node Node)> Fields) : Node;

    public sealed record List(IReadOnlyList<Node> Items) : Node;

    public sealed record Leaf(Value Value, ValueKind Kind) : Node;
}

/// <summary>What an event's field takes.</summary>
internal enum ValueKind { Text, Whole, Money, Flag, Time }

/// <summary>
/// A column by name; its place is known when a file is opened. <c>@row</c> stands for the row's number and <c>@file</c> for a
/// hash of the file, for ids of rows that have none.
/// </summary>
internal sealed class ColumnRef(string name)
{
    public const int RowPlace = -2;
    public const int FilePlace = -3;

    public string Name => name;
    public int Place { get; set; } = -1;
}

/// <summary>Where a value comes from and what is done to it, in the order of the properties.</summary>
internal sealed record Value
{
    public required Origin From { get; init; }

    /// <summary>17850.0 → 17850.</summary>
    public bool Whole { get; init; }
    public bool Lower { get; init; }
    public IReadOnlyDictionary<string, string>? Map { get; init; }

    /// <summary>For what <see cref="Map"/> does not name; null makes that an error.</summary>
    public string? Otherwise { get; init; }

    /// <summary>For an empty value.</summary>
    public string? Default { get; init; }
    public string Prefix { get; init; } = "";
    public string Suffix { get; init; } = "";

    /// <summary>Longer texts are cut.</summary>
    public int? Most { get; init; }

    /// <summary>How many digits minor units have; null for the currency's own.</summary>
    public int? Scale { get; init; }
    public bool Negate { get; init; }
    public bool Absolute { get; init; }
    public IReadOnlyList<string> Formats { get; init; } = [];

    /// <summary>Where in the mapping it stands, for messages.</summary>
    public required string Path { get; init; }
}

/// <summary>Where a value comes from.</summary>
internal abstract record Origin
{
    public sealed record Column(ColumnRef Ref) : Origin;

    /// <summary>A text with columns in it: parts alternate between text and column.</summary>
    public sealed record Template(IReadOnlyList<(string Text, ColumnRef? Column)> Parts) : Origin;

    public sealed record Constant(string Text) : Origin;

    /// <summary>The product of columns and numbers.</summary>
    public sealed record Product(IReadOnlyList<(ColumnRef? Column, decimal Number)> Factors) : Origin;

    /// <summary>The sum of a value over the group's rows, each rounded by itself.</summary>
    public sealed record Sum(Value Of) : Origin;

    /// <summary>The first whose condition holds.</summary>
    public sealed record Choice(IReadOnlyList<(Condition When, Value Then)> Cases) : Origin;
}

/// <summary>Which of a group's rows a test looks at.</summary>
internal enum RowsOf { First, Any, Every }

/// <summary>Something that holds for a row or group or does not.</summary>
internal abstract record Condition
{
    public sealed record All(IReadOnlyList<Condition> Of) : Condition;

    public sealed record Any(IReadOnlyList<Condition> Of) : Condition;

    public sealed record Not(Condition Of) : Condition;

    public sealed record Test(ColumnRef Column, RowsOf Rows, Predicate Is) : Condition;
}

/// <summary>What a column's value is held against. Numbers that cannot be read meet no comparison.</summary>
internal abstract record Predicate
{
    public sealed record OneOf(IReadOnlySet<string> Values) : Predicate;

    public sealed record StartsWith(string Text) : Predicate;

    public sealed record EndsWith(string Text) : Predicate;

    public sealed record Contains(string Text) : Predicate;

    public sealed record Matches(Regex Pattern) : Predicate;

    public sealed record Empty(bool Wanted) : Predicate;

    public sealed record LessThan(decimal Number) : Predicate;

    public sealed record AtLeast(decimal Number) : Predicate;
}
