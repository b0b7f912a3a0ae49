using System.Text.Json.Nodes;
using Danke.Engines.Identity;
using Danke.Platform.Books;
using Danke.Platform.Definitions;

namespace Danke.Persons.Linking;

/// <summary>The rules in force: those published as <c>identity/default</c>, else those that ship.</summary>
internal sealed class LiveIdentityRules
{
    public const string DefaultName = "default";

    private volatile IdentityRules current = IdentityRules.Default;

    public IdentityRules Current => current;

    /// <summary>Looks whether others were published; one small read when not.</summary>
    public async ValueTask<IdentityRules> Refresh(BooksTransaction books)
    {
        var version = (await books.Read("select version from definitions where kind = 'identity' and name = @name and state = 'live'", r => r.GetInt64(0), ("name", DefaultName))).FirstOrDefault();
        if (version == current.Version) return current;
        if (version == 0) return current = IdentityRules.Default;
        var body = (await books.Read("select body from definitions where kind = 'identity' and name = @name and version = @version", r => r.GetString(0), ("name", DefaultName), ("version", version)))[0];
        return current = IdentityDocument.Read(JsonNode.Parse(body)!, version);
    }
}

/// <summary>Identity rules as definitions. What they change of who is who is done by <c>danke identity rebuild</c>.</summary>
internal sealed class IdentityKind : IDefinitionKind
{
    public string Kind => "identity";

    public JsonNode JsonSchema { get; } = IdentityDocument.Schema;

    public IReadOnlyList<Platform.Definitions.DefinitionProblem> Validate(JsonNode body) => [.. IdentityDocument.TryRead(body, out _).Select(p => p.AsProblem())];
}
