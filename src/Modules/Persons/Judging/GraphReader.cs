using Danke.Engines.Identity;
using Danke.Persons.Linking;
using Danke.Platform.Books;

namespace Danke.Persons.Judging;

/// <summary>
/// Reads the part of the identity graph that a decision about some persons looks at, for looking only: nothing is locked, so that
/// a decision made meanwhile may be seen by half.
/// </summary>
internal sealed class GraphReader(BooksStore books, LiveIdentityRules live)
{
    /// <summary>Each round reads what the one before showed to be missing; persons are bounded, so is what hangs together with one.</summary>
    private const int MostRounds = 100;

    /// <param name="persons">Present numbers.</param>
    /// <param name="keys">Identifiers that matter beside theirs.</param>
    public async Task<PersonGraph> Around(IReadOnlyCollection<long> persons, IReadOnlyCollection<long> keys, CancellationToken cancel)
    {
        var graph = new PersonGraph(live.Current);
        Know(graph, await books.Read(IdentifierRow.Select + " where anchor_of in ({keys}) and anchor_of <> 0", IdentifierRow.Reader(live.Current), [("keys", persons.ToArray())], cancel));
        await KnowWhole(graph, persons, cancel);
        await KnowIdentifiers(graph, keys, cancel);
        var start = persons.SelectMany(graph.MembersOf).Select(m => m.Key).Concat(keys).Distinct().ToList();
        for (var round = 0; round < MostRounds && graph.MissingAround(start) is { Count: > 0 } missing; round++) await KnowLinks(graph, [.. missing], cancel);
        return graph;
    }

    private static void Know(PersonGraph graph, IEnumerable<IdentifierRow> rows)
    {
        foreach (var row in rows)
            if (graph.Find(row.Key) is null) graph.Know(row);
    }

    private async Task KnowWhole(PersonGraph graph, IEnumerable<long> persons, CancellationToken cancel)
    {
        var missing = persons.Where(p => !graph.IsWhole(p)).Distinct().ToArray();
        if (missing.Length == 0) return;
        Know(graph, await books.Read(IdentifierRow.Select + " where person_id in ({keys})", IdentifierRow.Reader(live.Current), [("keys", missing)], cancel));
        foreach (var person in missing) graph.KnowWhole(person);
    }

    private async Task KnowIdentifiers(PersonGraph graph, IEnumerable<long> keys, CancellationToken cancel)
    {
        var missing = keys.Where(k => graph.Find(k) is null).Distinct().ToArray();
        if (missing.Length > 0) Know(graph, await books.Read(IdentifierRow.Select + " where identifier_key in ({keys})", IdentifierRow.Reader(live.Current), [("keys", missing)], cancel));
    }

    private async Task KnowLinks(PersonGraph graph, long[] keys, CancellationToken cancel)
    {
        await KnowIdentifiers(graph, keys, cancel);
        var links = await books.Read($"""
            {LinkRow.Select} where low_key in ({"{keys}"})
            union
            {LinkRow.Select} where high_key in ({"{keys}"})
            """, LinkRow.Read, [("keys", keys)], cancel);
        await KnowIdentifiers(graph, links.SelectMany(l => new[] { l.Link.Low, l.Link.High }), cancel);
        foreach (var link in links) graph.Know(link.Link, link.DroppedRule is null);
        var decisions = await Decisions.Read(books, keys, cancel);
        await KnowIdentifiers(graph, decisions.SelectMany(d => d.Keys), cancel);
        foreach (var decision in decisions) graph.Know(decision);
        foreach (var key in keys) graph.KnowLinksOf(key);
        await KnowWhole(graph, keys.Select(k => graph.Find(k)?.PersonId ?? 0).Where(p => p != 0), cancel);
    }
}
