using System.Text.Json.Nodes;
using Danke.Engines.Ledger;

namespace Danke.Platform.Definitions;

/// <summary>
/// What other definitions say, for a definition that names something of theirs. While drafting: the version in force, the newest draft, and what is looked
/// at together with it; while publishing: the version in force alone.
/// </summary>
/// <returns>Their bodies; none when there is no such definition.</returns>
public delegate Task<IReadOnlyList<JsonNode>> DefinitionsInSight(string kind, string name);

/// <summary>A definition that is looked at together with another, as when both are in one file.</summary>
public sealed record DefinitionBeside(string Kind, string Name, JsonNode Body);

/// <summary>Checks of types of points that audiences and messages name.</summary>
public static class PointTypesInSight
{
    /// <summary>The program whose points are meant where none is named.</summary>
    private const string DefaultProgram = Contracts.Persons.PersonCriteria.DefaultProgram;

    /// <summary>What is wrong with asking for a type of a program's points at a place of a document; null when the program has it.</summary>
    /// <param name="program">Null for the default program.</param>
    public static async Task<DefinitionProblem?> PointTypeProblem(this DefinitionsInSight others, string? program, string type, string path)
    {
        if (PointTypes.IsFirst(type)) return null;
        var name = program ?? DefaultProgram;
        var bodies = await others("program", name);
        if (bodies.Count == 0) return new(path, "program_unknown", $"There is no program '{name}' in force whose points of the type '{type}' could be meant.");
        var types = bodies.SelectMany(PointTypes.NamesIn).Distinct().ToList();
        return types.Contains(type) ? null
            : new(path, "point_type_unknown", $"The program '{name}' has no points of the type '{type}', but {string.Join(", ", types)}.");
    }
}
