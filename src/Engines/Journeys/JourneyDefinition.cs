using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Danke.Engines.Journeys;

/// <summary>
/// An automation as data: what makes a person enter, and the nodes they pass. Versioned; an entry keeps the version it began with.
/// </summary>
public sealed record JourneyDefinition
{
    /// <summary>Lower-case name.</summary>
    public required string Name { get; init; }
    public required string Title { get; init; }

    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>IANA zone in which calendar days and clock times are meant.</summary>
    public required string Zone { get; init; }
    public required JourneyTrigger Trigger { get; init; }
    public ReEntry ReEntry { get; init; } = ReEntry.Never;

    /// <summary>Passed in this order, except where a node names its <see cref="JourneyNode.Next"/>. The first is where one enters.</summary>
    public required ImmutableArray<JourneyNode> Nodes { get; init; }

    public JourneyNode Node(string id) => Nodes.First(n => n.Id == id);

    /// <summary>The node after this one; null when the journey ends here.</summary>
    public JourneyNode? After(JourneyNode node)
    {
        if (node is EndNode) return null;
        if (node.Next is { } next) return Node(next);
        var index = Nodes.IndexOf(node) + 1;
        return index < Nodes.Length ? Nodes[index] : null;
    }
}

/// <summary>What makes a person enter.</summary>
/// <param name="Event">The event's type, one of <see cref="Events"/>.</param>
/// <param name="Program">Only for this program; null for any.</param>
/// <param name="FreshFor">ISO 8601. An event older than this when it arrives is history being imported, not news, and starts nothing.</param>
/// <param name="DaysBefore">Of <c>points.expiring</c>: only the reminder so many days before; null for any.</param>
/// <param name="Benefit">Of <c>benefit.given</c>: only this one; null for any.</param>
public sealed record JourneyTrigger(string Event, string? Program = null, string FreshFor = "P1D", int? DaysBefore = null, string? Benefit = null)
{
    public const string Joined = "member.joined";
    public const string PointsExpiring = "points.expiring";
    public const string BenefitGiven = "benefit.given";

    public static readonly ImmutableArray<string> Events = [Joined, PointsExpiring, BenefitGiven];
}

/// <summary>Whether somebody who was in the journey may enter again. Asked over all its versions.</summary>
public enum ReEntry { Never, AfterExit, Always }

/// <summary>One stop on the way.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(WaitNode), "wait")]
[JsonDerivedType(typeof(SendNode), "send")]
[JsonDerivedType(typeof(EndNode), "end")]
public abstract record JourneyNode
{
    /// <summary>Unique in the journey; in message keys and reports.</summary>
    public required string Id { get; init; }

    /// <summary>Where to go from here; null for the node that follows.</summary>
    public string? Next { get; init; }

    /// <summary>As in the document: wait, send, end.</summary>
    [JsonIgnore]
    public string Kind => this switch
    {
        WaitNode => "wait",
        SendNode => "send",
        EndNode => "end",
        _ => throw new InvalidOperationException($"{GetType().Name} has no kind."),
    };
}

/// <summary>Stays for a while: either an elapsed <see cref="Duration"/>, or calendar <see cref="Days"/> and/or until the clock shows <see cref="At"/>.</summary>
public sealed record WaitNode : JourneyNode
{
    /// <summary>ISO 8601 elapsed time, e.g. <c>PT24H</c>; a day is 24 hours, whatever the clocks do.</summary>
    public string? Duration { get; init; }

    /// <summary>So many calendar days later, at the same clock time unless <see cref="At"/> says another.</summary>
    public int? Days { get; init; }

    /// <summary>Local time, <c>09:00</c>. Without <see cref="Days"/>: the next time the clock shows it.</summary>
    public string? At { get; init; }
}

/// <summary>Sends one message, or records why not, and goes on.</summary>
public sealed record SendNode : JourneyNode
{
    public required MessageVia Via { get; init; }

    /// <summary>What the message is called in lists and reports.</summary>
    public required string Template { get; init; }

    /// <summary>For e-mail only.</summary>
    public string? Subject { get; init; }

    /// <summary>The text, with variables as <c>{{person.name}}</c>.</summary>
    public required string Text { get; init; }

    /// <summary>Every variable that the text or subject uses, and what happens when it is not known.</summary>
    public ImmutableSortedDictionary<string, VariableRule> Variables { get; init; } = ImmutableSortedDictionary<string, VariableRule>.Empty;

    [JsonIgnore]
    public MessageTemplate Message => new(Subject, Text, Variables);
}

public enum MessageVia { Sms, Email }

/// <summary>Leaves the journey.</summary>
public sealed record EndNode : JourneyNode;
