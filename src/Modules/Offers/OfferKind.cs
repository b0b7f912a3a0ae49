using System.Text.Json.Nodes;
using Danke.Engines.Offers;
using Danke.Platform.Books;
using Danke.Platform.Definitions;

namespace Danke.Offers;

/// <summary>Offers as definitions.</summary>
internal sealed class OfferKind : IDefinitionKind
{
    public string Kind => "offer";

    public JsonNode JsonSchema { get; } = OfferDocument.Schema;

    public IReadOnlyList<DefinitionProblem> Validate(JsonNode body) => [.. OfferDocument.TryRead(body, out _).Select(p => p.AsProblem())];

    // What no document can say of itself: a shared code is one offer's, and a budget is in one currency for ever.
    public async ValueTask Publish(BooksTransaction books, Definition definition)
    {
        var offer = OfferDocument.Read(definition.Body, definition.Version);
        if (offer.Name != definition.Name) throw Invalid("/name", "name_differs", $"The definition is called '{definition.Name}'.");
        foreach (var (name, other) in await books.Read("select name, body from definitions where kind = 'offer' and (name = @name or state = 'live')", r => (r.GetString(0), OfferDocument.Read(JsonNode.Parse(r.GetString(1))!, 0)),
                     ("name", definition.Name)))
        {
            if (name == definition.Name && other.Currency != offer.Currency && await WasUsed(books, name)) throw Invalid("/currency", "currency_changed", $"The offer was used in {other.Currency}; make another offer for {offer.Currency}.");
            if (name != definition.Name && other.Code.Code is { } code && code == offer.Code.Code) throw Invalid("/code/code", "code_taken", $"The offer '{name}' has the code {code}.");
        }
    }

    private static async Task<bool> WasUsed(BooksTransaction books, string name) =>
        (await books.Read("select 1 from offer_counts where offer = @name", r => r.GetInt32(0), ("name", name))).Count > 0;

    private static DefinitionInvalidException Invalid(string path, string code, string detail) => new([new DefinitionProblem(path, code, detail)]);
}
