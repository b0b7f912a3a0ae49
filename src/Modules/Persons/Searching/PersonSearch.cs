using System.Globalization;
using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Persons.Attributes;
using Danke.Persons.Linking;
using Danke.Persons.Looking;
using Danke.Persons.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Persons.Searching;

/// <summary>
/// Finds persons by what somebody typed: the whole of a phone number, an address, a platform's id, a card number, a name or, as
/// <c>#123</c> or <c>123</c>, the person's own number. Values lie encrypted in the Books, so there is no search by a part of one.
/// </summary>
internal sealed class PersonSearch(BooksStore books, Vault vault, LiveIdentityRules live, PersonDirectory directory, Candidates candidates, IEnumerable<IPersonFinder> finders)
{
    /// <summary>More scopes than a brand has; a source that makes one up an event must not make every search long.</summary>
    private const long MostScopes = 2_000;

    /// <summary>A name may be common; more are no help to anybody.</summary>
    private const long MostOfAName = 1_000;

    /// <summary>Present numbers, each once.</summary>
    public async Task<IReadOnlyList<long>> Find(string typed, CancellationToken cancel)
    {
        var text = typed.Trim();
        if (text.Length is 0 or > IdentifierValue.LongestValue) return [];
        if (text[0] == '#') return NumberIn(text[1..]) is { } number ? await directory.Current([number], cancel) : [];

        var found = new HashSet<long>();
        if (NumberIn(text) is { } alsoNumber) found.Add(alsoNumber);
        found.UnionWith(await ByIdentifier(text, cancel));
        found.UnionWith(await ByName(text, cancel));
        foreach (var finder in finders) found.UnionWith(await finder.Find(text, cancel));
        return await directory.Current(found, cancel);
    }

    private static long? NumberIn(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private async Task<IEnumerable<long>> ByIdentifier(string text, CancellationToken cancel)
    {
        var wanted = await Keys(text, cancel);
        if (wanted.Count == 0) return [];
        var rows = await books.Read(IdentifierRow.Select + " where identifier_key in ({keys})", IdentifierRow.Reader(live.Current), [("keys", wanted.Keys.ToArray())], cancel);
        // The key is a hash: only the sealed value says that it is the same value.
        var found = rows.Where(r => wanted[r.Key] is var (name, scope, value) && r.Namespace == name && r.Scope == scope && vault.Open(r.ValueCipher) == value).ToList();
        // Of a value that is nobody's, whoever claimed it may be meant.
        var claimants = await candidates.Of([.. found.Where(r => r.PersonId == 0).Select(r => r.Key)], cancel);
        return found.SelectMany(r => r.PersonId == 0 ? claimants[r.Key] : [r.PersonId]);
    }

    /// <summary>The keys that the text has if it is a value of a namespace in a scope that is known.</summary>
    private async Task<Dictionary<long, (string Namespace, string Scope, string Value)>> Keys(string text, CancellationToken cancel)
    {
        var keys = new Dictionary<long, (string, string, string)>();
        foreach (var (name, scope) in await books.Read("select namespace, scope from identifier_scopes order by namespace, scope limit @most",
                     r => (r.GetString(0), r.GetString(1)), [("most", MostScopes)], cancel))
            if (IdentifierValue.Normalise(live.Current[name], text) is { } value) keys[vault.Key(name, scope, value)] = (name, scope, value);
        return keys;
    }

    private async Task<IEnumerable<long>> ByName(string text, CancellationToken cancel) =>
        PersonName.Normalise(text) is not { } name ? []
        : await books.Read("select person_id from persons where name_key = @key and name_key is not null order by person_id desc limit @most",
            r => r.GetInt64(0), [("key", Profiles.NameKey(vault, name)), ("most", MostOfAName)], cancel);
}
