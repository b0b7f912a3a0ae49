using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Danke.Engines.Ledger;
using Danke.Platform.Books;

namespace Danke.Loyalty.Reading;

/// <summary>The programs in force, for showing. A version never changes, so it is read once. The ledger of a further type of points is found by its name.</summary>
internal sealed class LivePrograms(BooksStore books)
{
    private readonly ConcurrentDictionary<(string Name, long Version), (LoyaltyProgram Program, JsonNode Document)> versions = new();

    private readonly ConcurrentDictionary<string, long> liveUntil = new(StringComparer.Ordinal);

    /// <summary>Whether there is such a program, as far as is known since some seconds ago: the Door says so at last.</summary>
    public async ValueTask<bool> IsLive(string name, CancellationToken cancel)
    {
        if (liveUntil.TryGetValue(name, out var until) && Environment.TickCount64 < until) return true;
        if (await Find(name, cancel) is null) return false;
        liveUntil[name] = Environment.TickCount64 + 5_000;
        return true;
    }

    public async Task<IReadOnlyList<LoyaltyProgram>> All(CancellationToken cancel) => [.. (await Versions(null, cancel)).Select(p => p.Program)];

    /// <summary>Every program with the ledgers of its further types.</summary>
    public async Task<IReadOnlyList<LoyaltyProgram>> AllLedgers(CancellationToken cancel) => [.. (await All(cancel)).SelectMany(p => p.FurtherLedgers().Prepend(p))];

    public async Task<LoyaltyProgram?> Find(string ledger, CancellationToken cancel) =>
        (await Versions(PointTypes.ProgramOf(ledger), cancel)).FirstOrDefault().Program?.FindLedger(ledger);

    /// <summary>As <see cref="Find"/>, of a program and not of one type of its points: for what only members and tiers have.</summary>
    public async Task<LoyaltyProgram?> FindProgram(string name, CancellationToken cancel) => PointTypes.IsOfFurtherType(name) ? null : await Find(name, cancel);

    /// <summary>A version by its number; null when there is none.</summary>
    public async Task<LoyaltyProgram?> Version(string ledger, long version, CancellationToken cancel) =>
        (await VersionOf(PointTypes.ProgramOf(ledger), version, cancel))?.FindLedger(ledger);

    private async Task<LoyaltyProgram?> VersionOf(string name, long version, CancellationToken cancel)
    {
        if (versions.TryGetValue((name, version), out var known)) return known.Program;
        var body = (await books.Read("select body from definitions where kind = 'program' and name = @name and version = @version and state in ('live', 'retired')",
            r => r.GetString(0), [("name", name), ("version", version)], cancel)).FirstOrDefault();
        return body is null ? null : (versions[(name, version)] = (ProgramDocument.Read(JsonNode.Parse(body)!, version), JsonNode.Parse(body)!)).Program;
    }

    /// <summary>The version that decides what happens at the instant; null when there is none.</summary>
    public async Task<LoyaltyProgram?> InForce(string ledger, long atMs, CancellationToken cancel) =>
        (await ProgramInForce(PointTypes.ProgramOf(ledger), atMs, cancel))?.FindLedger(ledger);

    private async Task<LoyaltyProgram?> ProgramInForce(string name, long atMs, CancellationToken cancel)
    {
        if (await Find(name, cancel) is not { } live || live.DecidesAt(atMs)) return await Find(name, cancel);
        foreach (var version in await books.Read("select version from definitions where kind = 'program' and name = @name and state = 'retired' order by version desc", r => r.GetInt64(0), [("name", name)], cancel))
            if (await Version(name, version, cancel) is { } earlier && earlier.DecidesAt(atMs)) return earlier;
        return null;
    }

    /// <summary>With the document as it was published; null when there is no live program of the name.</summary>
    public async Task<(LoyaltyProgram Program, JsonNode Document)?> FindDocument(string name, CancellationToken cancel) =>
        await Versions(name, cancel) is [var found] ? (found.Program, found.Document.DeepClone()) : null;

    private async Task<List<(LoyaltyProgram Program, JsonNode Document)>> Versions(string? only, CancellationToken cancel)
    {
        var live = await books.Read("select name, version from definitions where kind = 'program' and state = 'live' and (@only = '' or name = @only) order by name",
            r => (Name: r.GetString(0), Version: r.GetInt64(1)), [("only", only ?? "")], cancel);
        var found = new List<(LoyaltyProgram, JsonNode)>();
        foreach (var key in live) found.Add(versions.TryGetValue(key, out var known) ? known : versions[key] = await Load(key.Name, key.Version, cancel));
        return found;
    }

    private async Task<(LoyaltyProgram, JsonNode)> Load(string name, long version, CancellationToken cancel)
    {
        var body = (await books.Read("select body from definitions where kind = 'program' and name = @name and version = @version",
            r => r.GetString(0), [("name", name), ("version", version)], cancel))[0];
        var document = JsonNode.Parse(body)!;
        return (ProgramDocument.Read(document, version), document);
    }
}
