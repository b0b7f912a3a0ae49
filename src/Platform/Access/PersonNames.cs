using Danke.Contracts.Persons;
using Microsoft.AspNetCore.Http;

namespace Danke.Platform.Access;

/// <summary>Names for a page of a list, as its reader may see them. None when no module knows persons.</summary>
public static class PersonNames
{
    /// <summary>For lists that are not of persons: who may not read persons gets no names at all.</summary>
    public static async Task<IReadOnlyDictionary<long, string>> For(
        this IEnumerable<IPersonFacet<PersonLabel>> labels, HttpContext context, IEnumerable<long> persons, CancellationToken cancel) =>
        context.Caller().Has(Scopes.PersonsRead) ? await labels.Shown(persons, context.MayReveal(), cancel) : new Dictionary<long, string>();

    /// <summary>One read for all of them.</summary>
    public static async Task<IReadOnlyDictionary<long, string>> Shown(
        this IEnumerable<IPersonFacet<PersonLabel>> labels, IEnumerable<long> persons, bool mayReveal, CancellationToken cancel)
    {
        var known = persons.Where(p => p != 0).Distinct().ToList();
        if (known.Count == 0 || labels.FirstOrDefault() is not { } facet) return new Dictionary<long, string>();
        return (await facet.Of(known, cancel)).ToDictionary(p => p.Key, p => mayReveal ? p.Value.Name : Vault.Mask("name", p.Value.Name));
    }
}
