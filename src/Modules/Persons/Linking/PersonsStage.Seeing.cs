using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Platform.Door;

namespace Danke.Persons.Linking;

/// <summary>What of identifiers and links is kept of having been seen.</summary>
internal sealed partial class PersonsStage
{
    private void KeepLink(LinkChange change, Command command)
    {
        var pair = (change.Link.Low, change.Link.High);
        if (!change.Verdict.Joins)
        {
            loaded.ChangedIdentifiers.Add(loaded.Graph.Find(change.Link.Low)!);
            loaded.ChangedIdentifiers.Add(loaded.Graph.Find(change.Link.High)!);
        }
        var link = links.TryGetValue(pair, out var known) ? known.Link.With(change.Link) : change.Link;
        links[pair] = new LinkRow(link, known?.Source ?? command.Source, known?.CommandKey ?? command.Key, known?.Strength ?? StrengthOf(change.Link, command), change.Verdict.Code);
    }

    private static string StrengthOf(Link link, Command command) => command.Body is InferLink ? "inferred" : link.VerifiedMs > 0 ? "verified" : Deciding.IsDecision(command.Body) ? "declared" : "asserted";

    private void Carry(IdentifierState via)
    {
        if (via.Carries) return;
        via.Carries = true;
        loaded.SeenIdentifiers.Add(via);
    }

    // Identifiers were seen once more, alone or together.
    private void See(Sighting sighting)
    {
        var command = sighting.Step.Command;
        var via = sighting.Seen[0].Identifier;
        for (var i = 0; i < sighting.Seen.Length; i++)
        {
            var (state, verified) = sighting.Seen[i];
            if (command.Body is not InferLink) SeeIdentifier((IdentifierRow)state, verified, command);
            if (i > 0 && sighting.Outcome is null) SeeLink(Link.Of(via.Key, state.Key, sighting.AtMs, verified ? sighting.AtMs : 0), command);
        }
    }

    private void SeeLink(Link link, Command command)
    {
        loaded.Graph.See(link);
        KeepLink(new LinkChange(link, default, true), command);
    }

    private void SeeIdentifier(IdentifierRow row, bool verified, Command command)
    {
        if (row.IsNew && loaded.ChangedIdentifiers.Add(row) | row.Source.Length == 0)
        {
            row.Source = command.Source;
            scopes.See(row.Namespace, row.Scope);
        }
        var changed = Seen(row.FirstSeenMs, row.LastSeenMs, command.AtMs, IdentifierSeenResolutionMs);
        if (!changed && (row.Verified || !verified)) return;
        row.FirstSeenMs = Math.Min(row.FirstSeenMs, command.AtMs);
        row.LastSeenMs = Math.Max(row.LastSeenMs, command.AtMs);
        row.Verified |= verified;
        loaded.SeenIdentifiers.Add(row);
    }

    private static bool Touch(PersonRow person, Command command)
    {
        if (!Seen(person.FirstSeenMs, person.LastSeenMs, command.AtMs, SeenResolutionMs)) return false;
        if (command.AtMs < person.FirstSeenMs)
        {
            person.FirstSeenMs = command.AtMs;
            person.FirstChannel = command.Channel;
        }
        person.LastSeenMs = Math.Max(person.LastSeenMs, command.AtMs);
        return true;
    }

    private static bool Seen(long first, long last, long at, long resolution) => at < first || last == long.MinValue || at >= last + resolution;
}
