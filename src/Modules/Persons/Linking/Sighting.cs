using Danke.Contracts.Commands;
using Danke.Engines.Identity;
using Danke.Platform.Access;
using Danke.Platform.Door;

namespace Danke.Persons.Linking;

/// <summary>One usable identifier of a command: normalised and keyed.</summary>
internal readonly record struct SightedIdentifier(long Key, NamespaceRule Rule, string Scope, string Value, bool Verified);

/// <summary>What one command shows of a person: its usable identifiers, strongest first, and what was decided from them.</summary>
internal sealed class Sighting(Step step, SightedIdentifier[] identifiers)
{
    public Step Step => step;
    public SightedIdentifier[] Identifiers => identifiers;

    /// <summary>Set by Check; null for a guest and for a command that names its person.</summary>
    public Resolution? Resolution { get; set; }

    public static Sighting Of(Step step, IdentityRules rules, Vault vault)
    {
        var command = step.Command;
        // A card number is the strongest thing that a program knows a person by.
        var given = command.Body is MemberJoined { Card: { Length: > 0 } card } joined
            ? command.Identifiers.Add(new Identifier("member", joined.Program, card, Verified: true))
            : command.Identifiers;
        if (given.IsDefaultOrEmpty) return new Sighting(step, []);
        var usable = new List<SightedIdentifier>(given.Length);
        foreach (var identifier in given)
        {
            var rule = rules[identifier.Namespace];
            if (IdentifierValue.Normalise(rule, identifier.Value) is not { } value) continue;
            var key = vault.Key(identifier.Namespace, identifier.Scope, value);
            if (!usable.Exists(u => u.Key == key)) usable.Add(new SightedIdentifier(key, rule, identifier.Scope, value, identifier.Verified));
        }
        // Priority, then the key: the same whatever order the source wrote them in.
        usable.Sort(static (a, b) => a.Rule.Priority != b.Rule.Priority ? a.Rule.Priority.CompareTo(b.Rule.Priority) : a.Key.CompareTo(b.Key));
        return new Sighting(step, [.. usable]);
    }
}
