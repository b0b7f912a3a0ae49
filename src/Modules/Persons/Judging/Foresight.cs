using Danke.Contracts.Commands;
using Danke.Contracts.Loyalty;
using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Persons.Linking;
using Danke.Persons.Looking;
using Danke.Platform.Access;

namespace Danke.Persons.Judging;

/// <summary>What a decision would change. Numbers below 0 are persons who would come into being.</summary>
/// <param name="Persons">Everybody whom it touches, and where each ends.</param>
/// <param name="Identifiers">Those that would change hands.</param>
/// <param name="RevivedNumbers">Former numbers that would live again.</param>
/// <param name="RevokedDecisions">Earlier decisions that would count no more, because this one contradicts them.</param>
/// <param name="Holdings">What each has before and after, where that differs.</param>
/// <param name="Overrides">Limits of the rules that a merge goes beyond.</param>
public sealed record PreviewView(
    IReadOnlyList<PreviewPersonView> Persons, IReadOnlyList<PreviewIdentifierView> Identifiers, IReadOnlyList<long> RevivedNumbers, IReadOnlyList<long> RevokedDecisions,
    IReadOnlyList<PreviewHoldingView> Holdings, IReadOnlyList<PreviewOverrideView> Overrides);

/// <param name="Rule">The rule's code, as of a dropped link.</param>
/// <param name="Because">The rule in words.</param>
/// <param name="Identifiers">Those that the rule would not let be one person's.</param>
public sealed record PreviewOverrideView(string Rule, string Because, IReadOnlyList<WhyIdentifierView> Identifiers);

/// <param name="EndsIn">Where the number would lead; itself when it goes on.</param>
/// <param name="IdentifiersBefore">How many are the person's now.</param>
public sealed record PreviewPersonView(long PersonId, long EndsIn, int IdentifiersBefore, int IdentifiersAfter);

/// <param name="FromPersonId">0: nobody.</param>
/// <param name="ToPersonId">0: nobody.</param>
public sealed record PreviewIdentifierView(string Id, string Namespace, string Scope, string Value, long FromPersonId, long ToPersonId);

/// <param name="Measure">
/// orders, orders_minor, points_spendable, points_pending, growth, points_entries, consents, journeys, messages, interactions. Points as
/// the ledger adds up: whose would be below 0 owes that much, which another side bears until somebody approves it where the program allows no debt.
/// </param>
/// <param name="Of">The currency of orders_minor, the program of points and growth; else empty.</param>
/// <param name="PointType">Of points: which of the program's, points for its first; else empty.</param>
/// <param name="TierBefore">With growth: the tier that so much reaches.</param>
public sealed record PreviewHoldingView(long PersonId, string Measure, string Of, string PointType, long Before, long After, string? TierBefore, string? TierAfter);

/// <summary>Plays a decision on what is known now, and changes nothing.</summary>
internal sealed class Foresight(GraphReader graphs, Vault vault, IEnumerable<IPersonHoldings> holdings, IProgramTiers? tiers = null)
{
    /// <summary>As in the stage: a decision may turn out to look further than its persons.</summary>
    private const int MostTries = 20;

    /// <param name="persons">Present numbers of those whom the decision names.</param>
    public async Task<(PreviewView? View, Refusal? Refusal)> Play(CommandBody body, IReadOnlyList<long> persons, long nowMs, bool reveal, CancellationToken cancel)
    {
        var command = new Command { Source = Sources.Operator, Id = "preview", AtMs = nowMs, Channel = "", PersonId = persons[0], Body = body };
        var (graph, decided) = await Decide(command, persons, cancel);
        if (decided.Refusal is { } refusal) return (null, refusal);
        var after = new Fates(decided.Outcome!);
        return (new PreviewView(
            [.. after.Persons(persons).Select(p => Person(p, graph, after))],
            [.. decided.Outcome!.Assignments.Where(a => after.Changes(a)).OrderBy(a => a.Identifier.Rule.Priority).ThenBy(a => a.Identifier.Key).Select(a => Identifier(a, reveal))],
            decided.Outcome.Revived, [.. decided.Revoked.Select(d => d.Id)], await Holdings(after, persons, cancel), Overrides(graph, decided.Made, after, reveal)), null);
    }

    private List<PreviewOverrideView> Overrides(PersonGraph graph, IdentityDecision? made, Fates after, bool reveal)
    {
        if (made is not { Together: [var tied, _] }) return [];
        var person = after.Of(graph.Find(tied)!);
        var members = made.Keys.Select(k => graph.Find(k)!).Where(m => after.Of(m) == person).ToList();
        return [.. RuleOverride.Of(graph.Rules, members, [made]).Select(o => new PreviewOverrideView(o.Code, DropWords.Of(o.Code)!, [.. o.Values.Select(v => Why.View((IdentifierRow)v, vault, reveal))]))];
    }

    private async Task<(PersonGraph, Decided)> Decide(Command command, IReadOnlyList<long> persons, CancellationToken cancel)
    {
        var more = new HashSet<long>();
        for (var attempt = 1; ; attempt++)
        {
            var graph = await graphs.Around(persons, more, cancel);
            try
            {
                return (graph, Deciding.Try(graph, command, int.MaxValue, p => p));
            }
            catch (NotLoadedException missing) when (attempt < MostTries)
            {
                more.UnionWith(missing.Keys);
            }
        }
    }

    private static PreviewPersonView Person(long person, PersonGraph graph, Fates after)
    {
        var members = graph.MembersOf(person);
        var kept = members.Count(m => after.Of(m) == person);
        return new PreviewPersonView(person, after.Of(person), members.Count, kept + after.Gains(person));
    }

    private PreviewIdentifierView Identifier(Assignment change, bool reveal)
    {
        var row = (IdentifierRow)change.Identifier;
        var value = vault.Open(row.ValueCipher);
        return new PreviewIdentifierView(IdentifierName.Of(row.Key), row.Namespace, row.Scope, reveal ? value : Vault.Mask(row.Namespace, value), row.PersonId, change.PersonId);
    }

    private async Task<List<PreviewHoldingView>> Holdings(Fates fates, IReadOnlyList<long> named, CancellationToken cancel)
    {
        var living = fates.Persons(named).Where(p => p > 0).ToList();
        var sums = new Dictionary<(long Person, string Measure, string Of, string Type), (long Before, long After)>();
        void Add(long person, PersonHolding of, long before, long after)
        {
            var key = (person, of.Measure, of.Of, of.PointType);
            var (b, a) = sums.GetValueOrDefault(key);
            sums[key] = (checked(b + before), checked(a + after));
        }
        foreach (var source in holdings)
            foreach (var holding in await source.Of(living, cancel))
            {
                Add(holding.PersonId, holding, holding.Value, 0);
                Add(fates.Of(holding.PersonId, holding.ViaKey), holding, 0, holding.Value);
            }
        var views = new List<PreviewHoldingView>();
        foreach (var ((person, measure, of, type), (before, after)) in sums.Where(s => s.Value.Before != s.Value.After)
                     .OrderByDescending(s => s.Key.Person > 0).ThenBy(s => Math.Abs(s.Key.Person)).ThenBy(s => Place(s.Key.Measure)).ThenBy(s => s.Key.Of, StringComparer.Ordinal)
                     .ThenBy(s => s.Key.Type, StringComparer.Ordinal))
            views.Add(measure == HoldingMeasures.Growth && tiers is not null
                ? new PreviewHoldingView(person, measure, of, type, before, after, await tiers.TitleFor(of, before, cancel), await tiers.TitleFor(of, after, cancel))
                : new PreviewHoldingView(person, measure, of, type, before, after, null, null));
        return views;
    }

    private static int Place(string measure)
    {
        for (var i = 0; i < HoldingMeasures.All.Count; i++)
            if (HoldingMeasures.All[i] == measure) return i;
        return HoldingMeasures.All.Count;
    }

    /// <summary>Where persons and identifiers go.</summary>
    private sealed class Fates(Outcome outcome)
    {
        private readonly Dictionary<long, long> ends = outcome.Merges.ToDictionary(m => m.From, m => m.To);
        private readonly Dictionary<long, long> owners = outcome.Assignments.ToDictionary(a => a.Identifier.Key, a => a.PersonId);

        public long Of(long person) => ends.GetValueOrDefault(person, person);

        public long Of(IdentifierState identifier) => owners.GetValueOrDefault(identifier.Key, identifier.PersonId);

        /// <summary>What came in by an identifier goes with it; the rest where its person ends.</summary>
        public long Of(long person, long viaKey) => owners.TryGetValue(viaKey, out var to) && to != 0 ? to : Of(person);

        public bool Changes(Assignment change) => change.Identifier.PersonId != change.PersonId;

        public int Gains(long person) => outcome.Assignments.Count(a => a.PersonId == person && a.Identifier.PersonId != person);

        public IEnumerable<long> Persons(IEnumerable<long> named) => named.Concat(outcome.Assignments.SelectMany(a => new[] { a.Identifier.PersonId, a.PersonId })).Concat(outcome.Revived)
            .Concat(outcome.Merges.SelectMany(m => new[] { m.From, m.To })).Where(p => p != 0).Distinct().OrderByDescending(p => p > 0).ThenBy(Math.Abs);
    }
}
