using System.Security.Cryptography;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Persons.Privacy;

/// <summary>
/// Who of a batch's events speaks of somebody who was erased, from before that. One such identifier is enough: what stands beside it
/// would bring the person back.
/// </summary>
internal sealed class Tombstones(Vault vault)
{
    private sealed record Tombstone(long Key, byte[] Proof, long ErasedAtMs);

    private readonly Dictionary<long, Tombstone> known = [];
    private readonly Dictionary<Step, long> covered = [];
    private readonly Dictionary<long, long> counts = [];

    private Question<Tombstone>? asked;

    public void Ask(Questions first, long[] keys) => asked = keys.Length == 0 ? null
        : first.Rows("select identifier_key, proof, erased_at_ms from erased_identifiers where identifier_key in ({keys})",
            r => new Tombstone(r.GetInt64(0), r.Bytes(1), r.GetInt64(2)), ("keys", keys));

    /// <summary>Takes over what was asked.</summary>
    public void Load(IReadOnlyCollection<Sighting> sightings)
    {
        known.Clear();
        covered.Clear();
        counts.Clear();
        foreach (var row in asked?.Rows ?? []) known[row.Key] = row;
        if (known.Count == 0) return;
        foreach (var sighting in sightings)
            if (CoveredBy(sighting) is { } key) covered[sighting.Step] = key;
    }

    private long? CoveredBy(Sighting sighting)
    {
        foreach (var identifier in sighting.Identifiers)
            if (known.TryGetValue(identifier.Key, out var stone) && sighting.AtMs <= stone.ErasedAtMs
                && CryptographicOperations.FixedTimeEquals(stone.Proof, vault.Tombstone(identifier.Rule.Name, identifier.Scope, identifier.Value)))
                return identifier.Key;
        return null;
    }

    public bool Cover(Step step) => covered.ContainsKey(step);

    /// <summary>Counts the events that were dropped, one at each tombstone that did it first.</summary>
    public async ValueTask Save(Batch batch, BooksTransaction books)
    {
        if (covered.Count == 0) return;
        foreach (var key in covered.Where(c => c.Key.Answer is { Status: Contracts.Commands.AnswerStatus.Suppressed }).Select(c => c.Value)) counts[key] = counts.GetValueOrDefault(key) + 1;
        foreach (var (key, count) in counts.OrderBy(c => c.Key))
            await books.Execute("update erased_identifiers set suppressed = suppressed + @count, suppressed_at_ms = @now where identifier_key = @key",
                ("count", count), ("now", batch.NowMs), ("key", key));
    }
}
