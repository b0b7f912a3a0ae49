using System.Text.Json.Nodes;
using Danke.Engines.Ledger;
using Danke.Platform.Books;

namespace Danke.Loyalty.Earning;

/// <summary>The programs in force and the earlier versions that open orders were awarded under. Read again when a version changes.</summary>
internal sealed class ProgramBook
{
    public const string DefaultName = "default";

    private readonly Dictionary<(string Name, long Version), LoyaltyProgram> versions = [];
    private Dictionary<string, long> live = [];

    public async ValueTask Refresh(BooksTransaction books)
    {
        live = (await books.Read("select name, version from definitions where kind = 'program' and state = 'live'", r => (Name: r.GetString(0), Version: r.GetInt64(1))))
            .ToDictionary(p => p.Name, p => p.Version);
        foreach (var (name, version) in live) await Require(books, name, version);
    }

    /// <summary>Makes a version available to <see cref="Version"/>.</summary>
    public async ValueTask Require(BooksTransaction books, string name, long version)
    {
        if (versions.ContainsKey((name, version))) return;
        foreach (var body in await books.Read("select body from definitions where kind = 'program' and name = @name and version = @version",
                     r => r.GetString(0), ("name", name), ("version", version)))
            versions[(name, version)] = ProgramDocument.Read(JsonNode.Parse(body)!, version);
    }

    /// <summary>The program in force; null when there is none of the name.</summary>
    public LoyaltyProgram? Live(string name) =>
        live.TryGetValue(name.Length == 0 ? DefaultName : name, out var version) ? versions.GetValueOrDefault((name.Length == 0 ? DefaultName : name, version)) : null;

    public IEnumerable<LoyaltyProgram> AllLive => live.Select(p => versions[(p.Key, p.Value)]);

    public LoyaltyProgram? Version(string name, long version) => versions.GetValueOrDefault((name, version));
}
