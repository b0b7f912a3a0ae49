using System.Text.Json.Nodes;
using Danke.Engines.Identity;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Microsoft.Extensions.Hosting;

namespace Danke.Persons.Linking;

/// <summary>The rules in force: those published as <c>identity/default</c>, else those that ship.</summary>
internal sealed class LiveIdentityRules
{
    public const string DefaultName = "default";

    private volatile IdentityRules current = IdentityRules.Default;

    public IdentityRules Current => current;

    /// <summary>Asks which version is published; see <see cref="IsStill"/>.</summary>
    public static Question<long> Ask(Questions asking) => asking.Rows(LiveVersion, r => r.GetInt64(0), ("name", DefaultName));

    /// <summary>Whether the answer names the rules that somebody went by.</summary>
    public static bool IsStill(IdentityRules rules, Question<long> answered) => answered.Rows.FirstOrDefault() == rules.Version;

    private const string LiveVersion = "select version from definitions where kind = 'identity' and name = @name and state = 'live'";

    /// <summary>Looks whether others were published; one small read when not.</summary>
    public Task<IdentityRules> Refresh(BooksTransaction books) => Refresh(async (sql, args) => await books.Read(sql, r => r.GetValue(0), args));

    /// <inheritdoc cref="Refresh(BooksTransaction)"/>
    public Task<IdentityRules> Refresh(BooksStore books, CancellationToken cancel) => Refresh(async (sql, args) => await books.Read(sql, r => r.GetValue(0), args, cancel));

    private async Task<IdentityRules> Refresh(Func<string, (string, object?)[], Task<List<object>>> read)
    {
        var version = (await read(LiveVersion, [("name", DefaultName)])).FirstOrDefault() is long live ? live : 0;
        if (version == current.Version) return current;
        if (version == 0) return current = IdentityRules.Default;
        var body = (string)(await read("select body from definitions where kind = 'identity' and name = @name and version = @version", [("name", DefaultName), ("version", version)]))[0];
        return current = IdentityDocument.Read(JsonNode.Parse(body)!, version);
    }
}

/// <summary>Reads the rules before the first request asks for them: the Door would only with its first batch.</summary>
internal sealed class RulesAtStart(LiveIdentityRules live, BooksStore books) : IHostedService
{
    public Task StartAsync(CancellationToken cancel) => books.Write(async t => await live.Refresh(t), cancel);

    public Task StopAsync(CancellationToken cancel) => Task.CompletedTask;
}

/// <summary>Identity rules as definitions. What they change of who is who is done by <c>danke identity rebuild</c>.</summary>
internal sealed class IdentityKind : IDefinitionKind
{
    public string Kind => "identity";

    public JsonNode JsonSchema { get; } = IdentityDocument.Schema;

    public IReadOnlyList<Platform.Definitions.DefinitionProblem> Validate(JsonNode body) => [.. IdentityDocument.TryRead(body, out _).Select(p => p.AsProblem())];
}
