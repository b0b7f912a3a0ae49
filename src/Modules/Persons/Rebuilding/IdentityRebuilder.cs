using Danke.Contracts.Commands;
using Danke.Engines.Identity;
using Danke.Persons.Attributes;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Persons.Rebuilding;

/// <summary>What a rebuild changes, or would change.</summary>
/// <param name="Identifiers">Looked at.</param>
/// <param name="Links">Looked at.</param>
/// <param name="Affected">Persons who lose or get identifiers.</param>
/// <param name="Merged">Persons who end in another.</param>
/// <param name="Divided">Persons who lose identifiers and go on.</param>
/// <param name="Born">Persons who come to be.</param>
/// <param name="LinksDropped">Links that joined and do not any more.</param>
/// <param name="LinksBelieved">Links that did not join and do now.</param>
/// <param name="ProfilesChanged">Persons whose profile is another by the rules for attributes.</param>
/// <param name="Samples">Some of the cases, by person number.</param>
public sealed record RebuildReport(
    bool DryRun, long RulesVersion, long Identifiers, long Links, long Affected, long Merged, long Divided, long Born, long LinksDropped, long LinksBelieved, long ProfilesChanged,
    IReadOnlyList<RebuildSample> Samples, IReadOnlyList<string> Warnings, double Seconds);

/// <summary>One case: what happens to a person and why.</summary>
/// <param name="What">merged, divided or born.</param>
/// <param name="Rules">The rules that links of the person's break, e.g. <c>one_value:device</c>.</param>
/// <param name="Name">Of the person, masked; null when none is known.</param>
/// <param name="IntoName">Of whom the person ends in.</param>
public sealed record RebuildSample(string What, long PersonId, long? Into, IReadOnlyList<string> Rules, string? Name = null, string? IntoName = null);

/// <summary>
/// Resolves everybody anew from all links. The difference is found on a copy in memory; making it so goes through the Door, a surrounding
/// at a time, beside everything else: broken off, it is simply run again.
/// </summary>
internal sealed class IdentityRebuilder(BooksStore books, LiveIdentityRules live, ProfileSurvey profiles, IDoor door, Vault vault, TimeProvider clock)
{
    /// <summary>One or a few batches of the Door, each of them whole or not at all: where a rebuild may be stopped.</summary>
    private const int AtOnce = 500;

    private const int MostSamples = 20;

    /// <param name="rules">Null: those in force. Others can only be tried.</param>
    /// <param name="progress">Told how many of how many surroundings are made so, and before the first that there are so many.</param>
    public async Task<RebuildReport> Run(bool dryRun, IdentityRules? rules, Action<string, long, long> progress, CancellationToken cancel)
    {
        progress("reading", 0, 0);
        var started = clock.GetTimestamp();
        var with = rules ?? await InForce();
        var (identifiers, links, decisions) = await Read(with, cancel);
        progress("resolving", 0, 0);
        var outcome = await Task.Run(() => IdentityRebuild.Resolve(with, identifiers, links, decisions), cancel);
        cancel.ThrowIfCancellationRequested();
        var changed = (await profiles.Changed(with.Attributes, outcome, cancel)).Count;
        // Named before anything is changed: who is merged has a name now.
        var report = await Named(Report(dryRun, with, identifiers.Count, links.Count, outcome, changed, 0), cancel);
        if (!dryRun)
        {
            await Make(outcome, progress, cancel);
            await MakeProfiles(with, cancel);
        }
        return report with { Seconds = Math.Round(clock.GetElapsedTime(started).TotalSeconds, 3) };
    }

    private async Task<RebuildReport> Named(RebuildReport report, CancellationToken cancel)
    {
        var persons = report.Samples.SelectMany(s => new[] { s.PersonId, s.Into ?? 0 }).Where(p => p > 0).Distinct().ToArray();
        if (persons.Length == 0) return report;
        var names = (await books.Read("select person_id, name_cipher from persons where person_id in ({keys}) and name_cipher is not null", r => (Person: r.GetInt64(0), Cipher: r.Bytes(1)), [("keys", persons)], cancel))
            .ToDictionary(r => r.Person, r => Vault.Mask("name", vault.Open(r.Cipher)));
        return report with { Samples = [.. report.Samples.Select(s => s with { Name = names.GetValueOrDefault(s.PersonId), IntoName = names.GetValueOrDefault(s.Into ?? 0) })] };
    }

    private async Task<IdentityRules> InForce() => await books.Write(async transaction => await live.Refresh(transaction));

    private async Task<(List<IdentifierState>, List<(Link, bool)>, List<IdentityDecision>)> Read(IdentityRules rules, CancellationToken cancel)
    {
        // The Door works on between the reads: whatever links and decisions speak of was there before them.
        var decisions = await Decisions.All(books, cancel);
        var links = await books.Read("select low_key, high_key, first_seen_ms, last_seen_ms, verified_ms, dropped_rule is null from links",
            r => (new Link(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4)), Convert.ToBoolean(r.GetValue(5), System.Globalization.CultureInfo.InvariantCulture)), [], cancel);
        var identifiers = await books.Read("select identifier_key, namespace, scope, person_id, first_seen_ms, anchor_of, carries, contested from identifiers", r => new IdentifierState
        {
            Key = r.GetInt64(0),
            Rule = rules[r.GetString(1)],
            Scope = r.GetString(2),
            PersonId = r.GetInt64(3),
            FirstSeenMs = r.GetInt64(4),
            AnchorOf = r.GetInt64(5),
            Carries = r.GetInt64(6) != 0,
        }, [], cancel);
        var known = identifiers.Select(i => i.Key).ToHashSet();
        links.RemoveAll(l => !known.Contains(l.Item1.Low) || !known.Contains(l.Item1.High)); // erased meanwhile
        return (identifiers, links, decisions);
    }

    // What is done is so by the rules in force, whatever comes after: broken off at any place it is half a rebuild and no wrong one.
    private async Task Make(Outcome outcome, Action<string, long, long> progress, CancellationToken cancel)
    {
        var run = Guid.CreateVersion7(clock.GetUtcNow());
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var keys = outcome.Assignments.Select(a => a.Identifier.Key).Concat(outcome.Anchors.Select(a => a.Identifier.Key)).Concat(outcome.Links.Select(l => l.Link.Low)).Distinct().Order().ToList();
        var done = 0;
        progress("changing", 0, keys.Count);
        foreach (var some in keys.Chunk(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            await door.SubmitMany([.. some.Select(key => new Command
            {
                Source = Sources.Operator,
                Id = $"identity-rebuild/{run:N}/{key:x}",
                AtMs = now,
                Channel = "danke",
                Body = new ReconsiderIdentities([key]),
            })], cancel);
            progress("changing", done += some.Length, keys.Count);
        }
    }

    // What went over with an identifier was decided on the way; this is for those who lost and got none.
    private async Task MakeProfiles(IdentityRules rules, CancellationToken cancel)
    {
        var run = Guid.CreateVersion7(clock.GetUtcNow());
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var some in (await profiles.Changed(rules.Attributes, new Outcome(), cancel)).Chunk(AtOnce))
            await door.SubmitMany([.. some.Select(person => new Command
            {
                Source = Sources.Operator,
                Id = $"profile-rebuild/{run:N}/{person}",
                AtMs = now,
                Channel = "danke",
                PersonId = person,
                Body = new ReconsiderProfile(),
            })], cancel);
    }

    private static RebuildReport Report(bool dryRun, IdentityRules rules, int identifiers, int links, Outcome outcome, long profilesChanged, double seconds)
    {
        var ends = outcome.Merges.ToDictionary(m => m.From, m => m.To);
        // To somebody else, or to nobody: what nothing came in by is nobody's when no link joins it.
        var divided = outcome.Assignments.Where(a => a.Identifier.PersonId is > 0 and var from && a.PersonId != ends.GetValueOrDefault(from, from))
            .Select(a => a.Identifier.PersonId).Distinct().Order().ToList();
        var because = outcome.Links.Where(l => !l.Verdict.Joins).SelectMany(l => new[] { (Key: l.Link.Low, l.Verdict.Code), (Key: l.Link.High, l.Verdict.Code) }).ToLookup(l => l.Key, l => l.Code!);
        IReadOnlyList<string> RulesOf(long person) =>
            [.. outcome.Assignments.Where(a => a.Identifier.PersonId == person).SelectMany(a => because[a.Identifier.Key]).Distinct().Order(StringComparer.Ordinal)];
        var samples = outcome.Merges.Take(MostSamples / 2).Select(m => new RebuildSample("merged", m.From, m.To > 0 ? m.To : null, []))
            .Concat(divided.Take(MostSamples / 2).Select(p => new RebuildSample("divided", p, null, RulesOf(p)))).ToList();
        var affected = outcome.Assignments.SelectMany(a => new[] { a.Identifier.PersonId, a.PersonId }).Where(p => p > 0).Distinct().Count();
        return new RebuildReport(dryRun, rules.Version, identifiers, links, affected, outcome.Merges.Count, divided.Count, outcome.Born.Count,
            outcome.Links.Count(l => !l.Verdict.Joins), outcome.Links.Count(l => l.Verdict.Joins), profilesChanged, samples, [.. IdentityDocument.Warnings(rules)], Math.Round(seconds, 3));
    }
}
