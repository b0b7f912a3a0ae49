using Danke.Contracts.Commands;
using Danke.Engines.Identity;
using Danke.Platform.Access;
using Danke.Platform.Door;

namespace Danke.Persons.Linking;

/// <summary>One usable identifier of a command: normalised and keyed.</summary>
internal readonly record struct SightedIdentifier(long Key, NamespaceRule Rule, string Scope, string Value, bool Verified);

/// <summary>What one command shows of a person: its usable identifiers, the one it came in by first, and what was decided from them.</summary>
internal sealed class Sighting(Step step, SightedIdentifier[] identifiers)
{
    public Step Step => step;
    public SightedIdentifier[] Identifiers => identifiers;

    /// <summary>The same as the graph knows them. Set by the loading.</summary>
    public Seen[] Seen { get; set; } = [];

    /// <summary>When what the command shows was so. A likeness is no observation: it is as old as the younger of the two who are alike.</summary>
    public long AtMs => step.Command.Body is not InferLink ? step.Command.AtMs
        : Seen.Select(s => s.Identifier.FirstSeenMs).Where(at => at != long.MaxValue).DefaultIfEmpty(step.Command.AtMs).Max();

    /// <summary>Set by Check; null for a guest, for a command that names its person, and when nothing changes.</summary>
    public Outcome? Outcome { get; set; }

    /// <summary>Of a command that is somebody's decision.</summary>
    public Decided? Decided { get; set; }

    /// <summary>The identifiers of a command that can be used, in the order of attribution.</summary>
    public static SightedIdentifier[] UsableOf(Command command, IdentityRules rules, Vault vault)
    {
        var usable = new List<SightedIdentifier>(command.Identifiers.Length + 1);
        foreach (var identifier in command.Identifiers) Add(usable, identifier, rules, vault);
        usable.Sort(static (a, b) => PersonGraph.ByAttribution(a.Rule, a.Key, b.Rule, b.Key));
        if (command.Body is MemberJoined { Card: { Length: > 0 } card } joined) PutFirst(usable, new Identifier("member", joined.Program, card, Verified: true), rules, vault);
        return [.. usable];
    }

    private static void Add(List<SightedIdentifier> usable, Identifier identifier, IdentityRules rules, Vault vault)
    {
        var rule = rules[identifier.Namespace];
        if (IdentifierValue.Normalise(rule, identifier.Value) is not { } value) return;
        var key = vault.Key(identifier.Namespace, identifier.Scope, value);
        if (!usable.Exists(u => u.Key == key)) usable.Add(new SightedIdentifier(key, rule, identifier.Scope, value, identifier.Verified));
    }

    // Who joins with a card is the card's holder, whatever else the event says.
    private static void PutFirst(List<SightedIdentifier> usable, Identifier card, IdentityRules rules, Vault vault)
    {
        Add(usable, card, rules, vault);
        var at = usable.FindIndex(u => u.Rule.Name == "member" && u.Scope == card.Scope && u.Value == IdentifierValue.Normalise(u.Rule, card.Value));
        if (at <= 0) return;
        var first = usable[at];
        usable.RemoveAt(at);
        usable.Insert(0, first);
    }
}
