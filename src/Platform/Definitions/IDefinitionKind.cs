using System.Text.Json.Nodes;
using Danke.Platform.Books;

namespace Danke.Platform.Definitions;

/// <summary>
/// A kind of definition - program, audience, journey, mapping - as its module explains it to the platform:
/// <c>services.AddSingleton&lt;IDefinitionKind, AudienceKind&gt;()</c>.
/// </summary>
public interface IDefinitionKind
{
    /// <summary>Singular noun, as in the path: <c>audience</c>.</summary>
    string Kind { get; }

    /// <summary>JSON Schema (2020-12) of the body, for editors.</summary>
    JsonNode JsonSchema { get; }

    /// <summary>What is wrong with a body; empty when it can be published. Must take any JSON there is.</summary>
    IReadOnlyList<DefinitionProblem> Validate(JsonNode body);

    /// <summary>What is wrong with a body, valid by itself, beside the other definitions: that it names what they do not have.</summary>
    Task<IReadOnlyList<DefinitionProblem>> ValidateBeside(JsonNode body, DefinitionsInSight others) => Task.FromResult<IReadOnlyList<DefinitionProblem>>([]);

    /// <summary>A version goes live, in the same transaction: for what must change together with it.</summary>
    ValueTask Publish(BooksTransaction books, Definition definition) => ValueTask.CompletedTask;
}

/// <summary>One thing that is wrong with a definition.</summary>
/// <param name="Path">Where, as a JSON pointer: <c>/tiers/1/from</c>; empty for the whole.</param>
/// <param name="Code">Stable: <c>missing</c>, <c>unknown_field</c>, …; the console translates it.</param>
/// <param name="Detail">What is wrong and what would be right.</param>
public sealed record DefinitionProblem(string Path, string Code, string Detail);

/// <summary>Where a version stands.</summary>
public enum DefinitionState
{
    /// <summary>Kept, not in force.</summary>
    Draft,

    /// <summary>In force: at most one of a name.</summary>
    Live,

    /// <summary>Was in force; what runs by it keeps it.</summary>
    Retired,
}

/// <summary>One version of a definition. Never changed once written, but for its state.</summary>
public sealed record Definition
{
    public required string Kind { get; init; }
    public required string Name { get; init; }

    /// <summary>1, 2, 3, …</summary>
    public required long Version { get; init; }
    public required DefinitionState State { get; init; }
    public required string Title { get; init; }
    public required JsonNode Body { get; init; }

    /// <summary>Why this version was made, in its author's words.</summary>
    public string? Note { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
}
