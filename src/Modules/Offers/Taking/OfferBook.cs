using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Engines.Offers;
using Danke.Platform.Books;

namespace Danke.Offers.Taking;

/// <summary>The offers in force and the versions that coupons were issued under. A version never changes, so each is read once.</summary>
internal sealed class OfferBook
{
    private readonly Dictionary<(string Name, long Version), Offer?> versions = [];
    private Dictionary<string, Offer> live = [];

    public async ValueTask Refresh(BooksTransaction books)
    {
        var wanted = await books.Read("select name, version from definitions where kind = 'offer' and state = 'live'", r => (Name: r.GetString(0), Version: r.GetInt64(1)));
        await Require(books, wanted);
        live = wanted.Select(w => Version(w.Name, w.Version)).OfType<Offer>().ToDictionary(o => o.Name);
    }

    /// <summary>Makes versions available to <see cref="Version"/>.</summary>
    public async ValueTask Require(BooksTransaction books, IEnumerable<(string Name, long Version)> wanted)
    {
        var missing = wanted.Distinct().Where(w => !versions.ContainsKey(w)).ToList();
        if (missing.Count == 0) return;
        foreach (var (name, version, body) in await books.Read("select name, version, body from definitions where kind = 'offer' and name in ({keys:text})",
                     r => (r.GetString(0), r.GetInt64(1), r.GetString(2)), ("keys", missing.Select(m => m.Name).Distinct().ToArray())))
            versions.TryAdd((name, version), Read(body, version));
    }

    /// <summary>The offer in force; null when there is none of the name.</summary>
    public Offer? Live(string name) => live.GetValueOrDefault(name);

    /// <summary>The offer in force with the shared code, as it was typed; null when there is none.</summary>
    public Offer? OfCode(string code) => OfferCode.Normal(code) is var normal ? live.Values.FirstOrDefault(o => o.Code.Code == normal) : null;

    /// <summary>Null when there is no such version, or one that cannot be read.</summary>
    public Offer? Version(string name, long version) => versions.GetValueOrDefault((name, version));

    internal static Offer? Read(string body, long version)
    {
        try
        {
            return OfferDocument.Read(JsonNode.Parse(body)!, version);
        }
        catch (Exception error) when (error is InvalidDataException or JsonException)
        {
            return null;
        }
    }
}
