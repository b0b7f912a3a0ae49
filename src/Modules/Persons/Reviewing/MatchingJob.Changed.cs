using Danke.Engines.Identity;
using Danke.Engines.Matching;
using Danke.Platform.Jobs;

namespace Danke.Persons.Reviewing;

/// <summary>Only who changed since the last run is compared with all, by the model that was learnt last.</summary>
internal sealed partial class MatchingJob
{
    /// <summary>False: nothing was learnt yet, or too much has changed; everything is compared anew.</summary>
    private async Task<bool> RunOnChanged(JobRun job, long run, IdentityRules rules, CancellationToken cancel)
    {
        if (await NewestModel(cancel) is not { } model || await compared.Since(rules, cancel) is not { } changes) return false;
        Tell(job, "comparing", ("persons", changes.Persons), ("changed", changes.Changed.Count));
        var found = Candidates(await Alike(model, rules, changes, cancel), changes, rules, await Apart(cancel));
        Tell(job, "keeping", ("pairs", found.Count));
        var (linked, waiting) = await Settle(job, run, found, cancel);
        var dropped = await ForgetOf(run, [.. changes.Changed.Keys, .. changes.Gone], cancel);
        await compared.Keep(PersonRecords.AllColumns, changes.Changed.Values, run, cancel);
        await compared.Forget(changes.Gone, cancel);
        Tell(job, "done", ("linked", linked), ("waiting", waiting), ("forgotten", dropped), ("model_id", run));
        return true;
    }

    // A model that an earlier release learnt says nothing of fields as they are compared now: everything is learnt anew.
    private async Task<MatchModel?> NewestModel(CancellationToken cancel) =>
        (await books.Read("select body_cipher from identity_models where body_cipher is not null order by model_id desc limit 1", r => (byte[])r.GetValue(0), null, cancel)) is [var body]
            ? MatchModel.FromJsonOfThisForm(vault.Open(body)) : null;

    private sealed record Alikeness(RematchedPair Pair, long PersonA, long PersonB);

    /// <summary>Everybody goes past the changed ones; only who changed, and what was found, is held.</summary>
    private async Task<List<Alikeness>> Alike(MatchModel model, IdentityRules rules, ComparedPersons.Changes changes, CancellationToken cancel)
    {
        var rematching = new Rematching(model, PersonRecords.AllColumns, rules.Matching.ReviewFrom, changes.Persons, changes.Changed.Values.Select(p => new KeyedRow(p.Anchor, p.Cells)));
        var found = new List<Alikeness>();
        if (changes.Changed.Count == 0) return found;
        await foreach (var page in PersonRecords.Pages(books, vault, rules, cancel))
        {
            var persons = page.ToDictionary(p => p.Anchor, p => p.PersonId);
            long PersonOf(long anchor) => persons.TryGetValue(anchor, out var person) ? person : changes.Changed[anchor].PersonId;
            found.AddRange(rematching.Compare([.. page.Select(p => new KeyedRow(p.Anchor, p.Cells))]).Select(p => new Alikeness(p, PersonOf(p.A), PersonOf(p.B))));
            // More than anybody reads: the surest are kept.
            if (found.Count > 2 * MostWaiting) found = [.. found.OrderByDescending(f => f.Pair.Bits).ThenBy(f => f.Pair.A).ThenBy(f => f.Pair.B).Take(MostWaiting)];
        }
        return found;
    }

    private static List<Candidate> Candidates(List<Alikeness> found, ComparedPersons.Changes changes, IdentityRules rules, HashSet<(long, long)> apart)
    {
        bool IsSure(Alikeness a) => rules.Matching.LinkFrom is { } threshold && Bits.ToProbability(a.Pair.Bits) >= threshold;
        // Whom several others are sure to be is left to somebody, or to a run that sees them all together.
        var partners = found.Where(IsSure).SelectMany(f => new[] { f.Pair.A, f.Pair.B }).CountBy(k => k).ToDictionary();
        return [.. from f in found
                   where !apart.Contains((Math.Min(f.PersonA, f.PersonB), Math.Max(f.PersonA, f.PersonB)))
                   orderby f.Pair.Bits descending, f.Pair.A, f.Pair.B
                   select new Candidate(f.Pair.A, f.Pair.B, new ScoredPair(0, 0, f.Pair.Bits), PairEvidence.Of(f.Pair.Why), IsSure(f) && partners[f.Pair.A] == 1 && partners[f.Pair.B] == 1)];
    }

    // What waited of who changed, or is no more, and was not found again.
    private async Task<int> ForgetOf(long run, IReadOnlyList<long> anchors, CancellationToken cancel)
    {
        var dropped = 0;
        foreach (var some in anchors.Chunk(5_000))
            dropped += await books.Write(t => t.Execute("delete from identity_pairs where state = 'waiting' and model_id < @run and (a_key in ({keys}) or b_key in ({keys}))", ("run", run), ("keys", some)), cancel);
        return dropped;
    }
}
