using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Persons.Linking;
using Danke.Persons.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Persons.Looking;

/// <summary><c>GET /v1/persons/{id}/links</c>: the graph of what a person is known by, and the evidence that it is one person.</summary>
internal static class LinksEndpoint
{
    /// <summary>More than a picture can show; the newest links are kept.</summary>
    private const long MostLinks = 500;

    /// <param name="Nodes">The person's identifiers, strongest first, and those of others that a dropped link would have joined.</param>
    /// <param name="Items">Links, the newest first.</param>
    public sealed record LinksView(long PersonId, IReadOnlyList<NodeView> Nodes, IReadOnlyList<LinkView> Items, string? Next = null);

    /// <param name="Node">Its number within this answer.</param>
    /// <param name="PersonId">Whose it is: another person's when a link was dropped.</param>
    /// <param name="Id">Its lasting name, which says nothing of the value: what a split and a "why" name identifiers by.</param>
    public sealed record NodeView(int Node, string Namespace, string Scope, string Value, bool Verified, long PersonId, string Id);

    /// <param name="Strength">verified, asserted, declared or inferred.</param>
    /// <param name="DroppedRule">Why the link joins nothing; null when it joins.</param>
    /// <param name="Event">The event that said so, as source/id.</param>
    public sealed record LinkView(
        NodeView Low, NodeView High, string Source, string Strength, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, string? DroppedRule, string Event);

    private sealed record Link(long Low, long High, string Source, string Strength, long FirstMs, long LastMs, string? DroppedRule, string CommandKey);

    public static void Map(RouteGroupBuilder persons) =>
        persons.MapGet("/{id:long}/links", Read).RequireScope(Scopes.PersonsRead).WithSummary("Identifiers and the links between them, dropped ones too.").Produces<LinksView>();

    private static async Task<IResult> Read(long id, HttpContext context, BooksStore books, Vault vault, IdentityRules rules, IPersonDirectory directory, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } current) return PersonEndpoint.NoSuchPerson(id);
        var own = await books.Read(IdentifierRow.Select + " where person_id = @person", IdentifierRow.Reader(rules), [("person", current)], cancel);
        var links = await LinksOf([.. own.Select(i => i.Key)], books, cancel);
        var known = own.Select(i => i.Key).ToHashSet();
        var others = links.SelectMany(l => new[] { l.Low, l.High }).Where(k => !known.Contains(k)).Distinct().ToArray();
        var foreign = await books.Read(IdentifierRow.Select + " where identifier_key in ({keys})", IdentifierRow.Reader(rules), [("keys", others)], cancel);

        var nodes = new Dictionary<long, NodeView>();
        foreach (var row in own.OrderBy(i => rules[i.Namespace].Priority).ThenBy(i => i.FirstSeenMs).ThenBy(i => i.Key).Concat(foreign.OrderBy(i => i.Key)))
            nodes[row.Key] = Node(nodes.Count + 1, row, vault, context.MayReveal());
        // A value that was never accepted for anybody has no row of its own: its link is told of by its other end alone.
        foreach (var key in others.Where(k => !nodes.ContainsKey(k))) nodes[key] = new NodeView(nodes.Count + 1, "", "", "***", false, 0, IdentifierName.Of(key));
        return Results.Ok(new LinksView(current, [.. nodes.Values], [.. links.Select(l => new LinkView(
            nodes[l.Low], nodes[l.High], l.Source, l.Strength, l.FirstMs.ToInstant(), l.LastMs.ToInstant(), l.DroppedRule, l.CommandKey))]));
    }

    private static async Task<List<Link>> LinksOf(long[] keys, BooksStore books, CancellationToken cancel) => keys.Length == 0 ? [] : await books.Read("""
        select low_key, high_key, source, strength, first_seen_ms, last_seen_ms, dropped_rule, command_key from links where low_key in ({keys})
        union
        select low_key, high_key, source, strength, first_seen_ms, last_seen_ms, dropped_rule, command_key from links where high_key in ({keys})
        order by last_seen_ms desc, low_key, high_key limit @most
        """, r => new Link(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetInt64(4), r.GetInt64(5), r.TextOrNull(6), r.GetString(7)),
        [("keys", keys), ("most", MostLinks)], cancel);

    private static NodeView Node(int number, IdentifierRow row, Vault vault, bool reveal)
    {
        var value = vault.Open(row.ValueCipher);
        return new NodeView(number, row.Namespace, row.Scope, reveal ? value : Vault.Mask(row.Namespace, value), row.Verified, row.PersonId, IdentifierName.Of(row.Key));
    }
}
