using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Engines.Journeys;
using Danke.Platform.Books;

namespace Danke.Journeys.Travelling;

/// <summary>The journeys in force and the versions that entries are under way in. A version never changes, so each is read once.</summary>
internal sealed class JourneyBook
{
    private readonly Dictionary<(string Name, long Version), JourneyDefinition?> versions = [];

    /// <summary>The live versions, by name.</summary>
    public IReadOnlyList<JourneyDefinition> Live { get; private set; } = [];

    public async ValueTask Refresh(BooksTransaction books)
    {
        var live = await books.Read("select name, version from definitions where kind = 'journey' and state = 'live' order by name", r => (Name: r.GetString(0), Version: r.GetInt64(1)));
        await Require(books, live);
        Live = [.. live.Select(l => Find(l.Name, l.Version)).OfType<JourneyDefinition>()];
    }

    /// <summary>Makes versions available to <see cref="Find"/>.</summary>
    public async ValueTask Require(BooksTransaction books, IEnumerable<(string Name, long Version)> wanted)
    {
        foreach (var (name, version) in wanted.Distinct())
        {
            if (versions.ContainsKey((name, version))) continue;
            var bodies = await books.Read("select body from definitions where kind = 'journey' and name = @name and version = @version",
                r => r.GetString(0), ("name", name), ("version", version));
            if (bodies is [var body]) versions[(name, version)] = Read(body, version);
        }
    }

    /// <summary>Null when there is no such version, or one that cannot be read: it starts nobody and moves nobody.</summary>
    public JourneyDefinition? Find(string name, long version) => versions.GetValueOrDefault((name, version));

    private static JourneyDefinition? Read(string body, long version)
    {
        try
        {
            return JourneyDocument.Read(JsonNode.Parse(body)!, version);
        }
        catch (Exception error) when (error is InvalidDataException or JsonException)
        {
            return null;
        }
    }
}
