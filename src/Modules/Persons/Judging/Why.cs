using Danke.Engines.Identity;
using Danke.Persons.Linking;
using Danke.Persons.Looking;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Persons.Judging;

/// <summary>Why two identifiers are, or are not, one person's.</summary>
/// <param name="Verdict">one_person, kept_apart, links_dropped, nothing_links.</param>
/// <param name="Path">When they are: the shortest chain of evidence from one to the other.</param>
/// <param name="Dropped">When they are not: evidence that was not believed, between the two persons or from both to a value that is nobody's or another's.</param>
/// <param name="Decisions">When they are not: what keeps them apart.</param>
/// <param name="Overrides">When they are: limits of the rules that the person is beyond because somebody decided so.</param>
public sealed record WhyView(
    string Verdict, WhyIdentifierView A, WhyIdentifierView B, IReadOnlyList<WhyLinkView> Path, IReadOnlyList<WhyLinkView> Dropped, IReadOnlyList<DecisionView> Decisions,
    IReadOnlyList<WhyOverrideView> Overrides);

/// <param name="Rule">The rule's code, as of a dropped link.</param>
/// <param name="Because">The rule in words.</param>
/// <param name="Identifiers">Those that the rule would not let be one person's.</param>
/// <param name="Decision">The number of what overrides it.</param>
public sealed record WhyOverrideView(string Rule, string Because, IReadOnlyList<WhyIdentifierView> Identifiers, long Decision, string By, string Reason, DateTimeOffset At);

/// <param name="PersonId">0: nobody's.</param>
public sealed record WhyIdentifierView(string Id, string Namespace, string Scope, string Value, long PersonId);

/// <param name="Event">The first event that said so, as source/id; null for a decision.</param>
/// <param name="VerifiedAt">When it was last seen with proof; null: never.</param>
/// <param name="Decision">Set when somebody decided that the two are one person's.</param>
/// <param name="DroppedRule">The rule's code; null when the link joins.</param>
/// <param name="DroppedBecause">The rule in words.</param>
public sealed record WhyLinkView(
    WhyIdentifierView From, WhyIdentifierView To, string Source, string Strength, string? Event, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, DateTimeOffset? VerifiedAt,
    long? Decision, string? DroppedRule, string? DroppedBecause);

internal sealed class Why(BooksStore books, Vault vault, LiveIdentityRules live, DecisionBook decisions)
{
    /// <summary>A shared phone has thousands of dropped links; nobody reads more than a page.</summary>
    private const int MostDropped = 50;

    private sealed record Step(long From, long To, LinkRow? Link, IdentityDecision? Decision);

    /// <summary>Null when one of the two was never seen.</summary>
    public async Task<WhyView?> Of(long a, long b, bool reveal, CancellationToken cancel)
    {
        var known = (await Identifiers([a, b], cancel)).ToDictionary(i => i.Key);
        if (!known.TryGetValue(a, out var first) || !known.TryGetValue(b, out var second)) return null;
        if (a == b || (first.PersonId == second.PersonId && first.PersonId != 0)) return await Together(first, second, reveal, cancel);
        return await Apart(first, second, reveal, cancel);
    }

    private Task<List<IdentifierRow>> Identifiers(IEnumerable<long> keys, CancellationToken cancel) =>
        books.Read(IdentifierRow.Select + " where identifier_key in ({keys})", IdentifierRow.Reader(live.Current), [("keys", keys.Distinct().ToArray())], cancel);

    private async Task<WhyView> Together(IdentifierRow a, IdentifierRow b, bool reveal, CancellationToken cancel)
    {
        var members = (await Members(a, cancel)).ToDictionary(m => m.Key);
        var decided = await Decisions.Read(books, [.. members.Keys], cancel);
        var steps = (await books.Read(LinkRow.Select + " where low_key in ({keys}) and dropped_rule is null", LinkRow.Read, [("keys", members.Keys.ToArray())], cancel))
            .Where(l => members.ContainsKey(l.Link.High)).Select(l => new Step(l.Link.Low, l.Link.High, l, null))
            .Concat(decided.Where(d => d.Together is [var x, var y] && members.ContainsKey(x) && members.ContainsKey(y))
                .Select(d => new Step(d.Together[0], d.Together[1], null, d))).ToList();
        var path = Shortest(a.Key, b.Key, steps).Select(s => View(s, members, reveal)).ToList();
        return new WhyView("one_person", View(a, reveal), View(b, reveal), path, [], [], await Overrides(members.Values, decided, reveal, cancel));
    }

    private async Task<List<WhyOverrideView>> Overrides(ICollection<IdentifierRow> members, List<IdentityDecision> decided, bool reveal, CancellationToken cancel)
    {
        var views = new List<WhyOverrideView>();
        foreach (var each in RuleOverride.Of(live.Current, [.. members], decided))
            if (await decisions.Find(each.Decision.Id, "", reveal, cancel) is { } by)
                views.Add(new WhyOverrideView(each.Code, DropWords.Of(each.Code)!, [.. each.Values.Select(v => View((IdentifierRow)v, reveal))], by.Decision, by.By, by.Reason, by.At));
        return views;
    }

    private async Task<List<IdentifierRow>> Members(IdentifierRow of, CancellationToken cancel) => of.PersonId == 0 ? [of]
        : await books.Read(IdentifierRow.Select + " where person_id = @person", IdentifierRow.Reader(live.Current), [("person", of.PersonId)], cancel);

    /// <summary>From neighbour to neighbour until the other end is reached; each step turned the way it is gone.</summary>
    private static List<Step> Shortest(long from, long to, List<Step> steps)
    {
        var ways = steps.Concat(steps.Select(s => s with { From = s.To, To = s.From })).ToLookup(s => s.From);
        var reachedBy = new Dictionary<long, Step?> { [from] = null };
        var queue = new Queue<long>([from]);
        while (queue.TryDequeue(out var at) && at != to)
            foreach (var step in ways[at].OrderByDescending(s => s.Link?.Link.VerifiedMs ?? 0).ThenBy(s => s.To))
                if (reachedBy.TryAdd(step.To, step)) queue.Enqueue(step.To);
        var path = new List<Step>();
        for (var step = reachedBy.GetValueOrDefault(to); step is not null; step = reachedBy[step.From]) path.Insert(0, step);
        return path;
    }

    private async Task<WhyView> Apart(IdentifierRow a, IdentifierRow b, bool reveal, CancellationToken cancel)
    {
        var (ours, theirs) = ((await Members(a, cancel)).ToDictionary(m => m.Key), (await Members(b, cancel)).ToDictionary(m => m.Key));
        var fromOurs = await DroppedFrom(ours.Keys, cancel);
        var fromTheirs = await DroppedFrom(theirs.Keys, cancel);
        var between = fromOurs.Where(s => theirs.ContainsKey(s.To)).ToList();
        // Both claim a value that is nobody's, or a third one's.
        var middles = fromOurs.Select(s => s.To).Intersect(fromTheirs.Select(s => s.To)).Where(k => !ours.ContainsKey(k) && !theirs.ContainsKey(k)).ToHashSet();
        var steps = between.Concat(fromOurs.Where(s => middles.Contains(s.To))).Concat(fromTheirs.Where(s => middles.Contains(s.To))).Take(MostDropped).ToList();
        var nodes = ours.Concat(theirs).ToDictionary(n => n.Key, n => n.Value);
        foreach (var row in await Identifiers(middles, cancel)) nodes[row.Key] = row;
        var apart = a.PersonId == 0 || b.PersonId == 0 ? [] : (await decisions.Of(a.PersonId, reveal, cancel)).Where(d => KeepsApart(d, a.PersonId, b.PersonId)).ToList();
        var verdict = apart.Count > 0 ? "kept_apart" : steps.Count > 0 ? "links_dropped" : "nothing_links";
        return new WhyView(verdict, View(a, reveal), View(b, reveal), [], [.. steps.Where(s => nodes.ContainsKey(s.To)).Select(s => View(s, nodes, reveal))], apart, []);
    }

    private async Task<List<Step>> DroppedFrom(ICollection<long> keys, CancellationToken cancel) =>
    [
        .. (await books.Read($"""
            {LinkRow.Select} where low_key in ({"{keys}"}) and dropped_rule is not null
            union
            {LinkRow.Select} where high_key in ({"{keys}"}) and dropped_rule is not null
            """, LinkRow.Read, [("keys", keys.ToArray())], cancel))
            .OrderByDescending(l => l.Link.LastMs).ThenBy(l => l.Link.Low).ThenBy(l => l.Link.High)
            .Select(l => keys.Contains(l.Link.Low) ? new Step(l.Link.Low, l.Link.High, l, null) : new Step(l.Link.High, l.Link.Low, l, null)),
    ];

    private static bool KeepsApart(DecisionView decision, long person, long other) => decision is { RevokedAt: null, Kind: "apart" }
        && decision.Identifiers.Any(i => i.PersonId == person && decision.Identifiers.Any(o => o.PersonId == other && o.Side != i.Side));

    private WhyLinkView View(Step step, Dictionary<long, IdentifierRow> nodes, bool reveal)
    {
        var (from, to) = (View(nodes[step.From], reveal), View(nodes[step.To], reveal));
        return step is { Link: { } row } ? new WhyLinkView(from, to, row.Source, row.Strength, row.CommandKey, row.Link.FirstMs.ToInstant(), row.Link.LastMs.ToInstant(),
                row.Link.VerifiedMs == 0 ? null : row.Link.VerifiedMs.ToInstant(), null, row.DroppedRule, DropWords.Of(row.DroppedRule))
            : new WhyLinkView(from, to, "", "decided", null, step.Decision!.AtMs.ToInstant(), step.Decision.AtMs.ToInstant(), null, step.Decision.Id, null, null);
    }

    private WhyIdentifierView View(IdentifierRow row, bool reveal) => View(row, vault, reveal);

    internal static WhyIdentifierView View(IdentifierRow row, Vault vault, bool reveal)
    {
        var value = vault.Open(row.ValueCipher);
        return new WhyIdentifierView(IdentifierName.Of(row.Key), row.Namespace, row.Scope, reveal ? value : Vault.Mask(row.Namespace, value), row.PersonId);
    }
}

/// <summary>Rules that drop links, in words.</summary>
internal static class DropWords
{
    public static string? Of(string? rule) => rule?.Split(':', 2) switch
    {
        null => null,
        ["one_value", var name] => $"A person has one {name} in a scope, and the two sides have different ones.",
        ["too_many_values", var name] => $"The person would have more values of {name} than the rules count.",
        ["too_many_identifiers"] => "The person would have more identifiers than anybody has.",
        ["shared", var name] => $"So many known persons claim this {name} that it is nobody's.",
        ["kept_apart"] => "Somebody decided that these are different persons.",
        _ => rule,
    };
}
