using Danke.Contracts.Commands;
using Danke.Engines.Identity;

namespace Danke.Persons.Linking;

/// <summary>What a decision changes, or why it cannot be made.</summary>
/// <param name="Made">The decision itself; null for one that is only taken back.</param>
/// <param name="Revoked">Decisions that count no more.</param>
internal sealed record Decided(IdentityDecision? Made, IReadOnlyList<IdentityDecision> Revoked, Outcome? Outcome, Refusal? Refusal)
{
    public static Decided No(string code, string detail) => new(null, [], null, new Refusal(code, detail, Final: true));
}

/// <summary>Puts what somebody asks for at a screen into the terms of the graph.</summary>
internal static class Deciding
{
    public static bool IsDecision(CommandBody body) => body is UnitePersons or DividePerson or KeepApart or RevokeDecision;

    public static Decided Try(PersonGraph graph, Command command, long decisionId, Func<long, long> current) => command.Body switch
    {
        UnitePersons unite => Unite(graph, current(command.PersonId), current(unite.Other), decisionId, command.AtMs),
        DividePerson divide => Divide(graph, current(command.PersonId), divide, decisionId, command.AtMs),
        KeepApart apart => Keep(graph, current(command.PersonId), current(apart.Other), decisionId, command.AtMs),
        RevokeDecision revoke => Revoke(graph, current(command.PersonId), revoke.Decision),
        _ => throw new ArgumentOutOfRangeException(nameof(command)),
    };

    private static Decided Unite(PersonGraph graph, long person, long other, long decisionId, long atMs)
    {
        if (person == other) return Decided.No("already_one_person", $"Both are person {person} already.");
        if (graph.Anchored(person) is not { } a || graph.Anchored(other) is not { } b) return Decided.No("person_not_found", $"Person {person} or {other} has no identifier to be united by.");
        var sides = graph.MembersOf(person).SelectMany(m => graph.DecisionsOf(m.Key)).Where(d => d.Apart.Count > 0).DistinctBy(d => d.Id)
            .Where(d => AreApart(d, graph.MembersOf(person), graph.MembersOf(other))).ToList();
        var (made, outcome) = graph.Unite(decisionId, a, b, atMs, [.. sides.Select(d => d.Id)]);
        return new Decided(made, sides, outcome, null);
    }

    private static bool AreApart(IdentityDecision decision, IEnumerable<IdentifierState> some, IEnumerable<IdentifierState> others)
    {
        var side = decision.Apart.ToDictionary(a => a.Key, a => a.Side);
        var ours = some.Where(m => side.ContainsKey(m.Key)).Select(m => side[m.Key]).ToHashSet();
        return others.Any(m => side.TryGetValue(m.Key, out var theirs) && ours.Any(o => o != theirs));
    }

    private static Decided Divide(PersonGraph graph, long person, DividePerson divide, long decisionId, long atMs)
    {
        var members = graph.MembersOf(person).Select(m => m.Key).ToHashSet();
        if (divide.Keys.IsEmpty || !divide.Keys.All(members.Contains)) return Decided.No("not_the_persons", "Some of the identifiers are not the person's (any more). Load the page again.");
        if (divide.Keys.Distinct().Count() == members.Count) return Decided.No("nobody_left", "At least one identifier must stay with the person.");
        var together = graph.MembersOf(person).SelectMany(m => graph.DecisionsOf(m.Key)).Where(d => d.Together.Count > 0).DistinctBy(d => d.Id)
            .Where(d => d.Together.Count(divide.Keys.Contains) == 1).ToList();
        // A union that the division contradicts is taken back, so that it does not stand against it for ever.
        foreach (var decision in together) graph.Forget(decision);
        var (made, outcome) = graph.Divide(decisionId, divide.Keys, atMs);
        foreach (var decision in together) graph.Know(decision);
        return new Decided(made, together, outcome, null);
    }

    private static Decided Keep(PersonGraph graph, long person, long other, long decisionId, long atMs)
    {
        if (person == other) return Decided.No("already_one_person", $"Both are person {person}. Split that person instead.");
        var sides = graph.MembersOf(person).Select(m => (m.Key, Side: 0)).Concat(graph.MembersOf(other).Select(m => (m.Key, Side: 1))).OrderBy(m => m.Key).ToList();
        if (sides.DistinctBy(s => s.Side).Count() < 2) return Decided.No("person_not_found", $"Person {person} or {other} has no identifier to be kept apart by.");
        var made = new IdentityDecision(decisionId, atMs, [], sides);
        return new Decided(made, [], graph.KeepApart(made), null);
    }

    private static Decided Revoke(PersonGraph graph, long person, long number)
    {
        var decision = graph.MembersOf(person).SelectMany(m => graph.DecisionsOf(m.Key)).FirstOrDefault(d => d.Id == number);
        return decision is null ? Decided.No("no_such_decision", $"There is no decision {number} about person {person} in force.")
            : new Decided(null, [decision], graph.Revoke([number]), null);
    }
}
