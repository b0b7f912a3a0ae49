using System.Globalization;
using Danke.Engines.Identity;
using Danke.Persons.Linking;
using Danke.Persons.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Persons.Reviewing;

/// <summary>Two persons who may be one, side by side.</summary>
/// <param name="Probability">That they are, between 0 and 1.</param>
/// <param name="Refusal">Why they were not linked although they are alike enough: the rule that forbids it, e.g. <c>one_value:member</c>.</param>
/// <param name="State">waiting, later, same, different, or linked: so alike that nobody was asked.</param>
/// <param name="Model">The comparison that found them.</param>
public sealed record PairView(
    long PairId, double Probability, double Bits, PairEvidence Evidence, string? Refusal, string State, string? AnsweredBy, DateTimeOffset? AnsweredAt, DateTimeOffset FoundAt, long Model,
    bool Revealed, PairSide A, PairSide B);

/// <param name="Points">Numbers and addresses, those that others have too.</param>
public sealed record PairSide(
    long PersonId, string? Name, string? Gender, string? Birthday, string? Province, string? City, IReadOnlyList<PairPoint> Points, IReadOnlyList<string> Channels,
    DateTimeOffset FirstSeen, DateTimeOffset LastSeen, string? Card, string? TierTitle, long? PointsSpendable, long Orders, long NetMinor, string? Currency);

/// <param name="IsOwn">False: the person claims it, and it is somebody else's or nobody's.</param>
public sealed record PairPoint(string Namespace, string Value, bool IsOwn);

/// <param name="Waiting">To be looked at.</param>
public sealed record PairCounts(long Waiting, long Later, long Same, long Different, long Linked);

/// <summary>Reads pairs for showing.</summary>
internal sealed class PairReader(BooksStore books, Vault vault, LiveIdentityRules live, Facets facets)
{
    /// <summary>Whose the identifiers are now. Who is one person already need not be asked about; nor who is nobody any more.</summary>
    private const string Open = """
         from identity_pairs q join identifiers ia on ia.identifier_key = q.a_key join identifiers ib on ib.identifier_key = q.b_key
        where ia.person_id <> 0 and ib.person_id <> 0 and (q.state not in ('waiting', 'later') or ia.person_id <> ib.person_id)
        """;

    internal sealed record Found(IdentityPair Pair, long A, long B);

    private static Found Read(System.Data.Common.DbDataReader r) => new(IdentityPair.Read(r), r.GetInt64(13), r.GetInt64(14));

    public async Task<Found?> Find(long id, CancellationToken cancel) =>
        (await books.Read($"select {IdentityPair.Columns}, ia.person_id, ib.person_id {Open} and q.pair_id = @id", Read, [("id", id)], cancel)).FirstOrDefault();

    public Task<List<Found>> List(string state, (long Ppm, long Id)? after, int limit, CancellationToken cancel) => books.Read($"""
        select {IdentityPair.Columns}, ia.person_id, ib.person_id {Open} and q.state = @state and (q.probability_ppm < @ppm or q.probability_ppm = @ppm and q.pair_id > @id)
        order by q.probability_ppm desc, q.pair_id limit @limit
        """, Read, [("state", state), ("ppm", after?.Ppm ?? long.MaxValue), ("id", after?.Id ?? 0), ("limit", (long)limit)], cancel);

    public async Task<PairCounts> Counts(CancellationToken cancel)
    {
        var counts = (await books.Read($"select q.state, count(*) {Open} group by q.state", r => (State: r.GetString(0), Count: r.GetInt64(1)), [], cancel)).ToDictionary(c => c.State, c => c.Count);
        long Of(string state) => counts.GetValueOrDefault(state);
        return new PairCounts(Of(PairStates.Waiting), Of(PairStates.Later), Of(PairStates.Same), Of(PairStates.Different), Of(PairStates.Linked));
    }

    public async Task<List<PairView>> Views(IReadOnlyList<Found> found, bool reveal, CancellationToken cancel)
    {
        var persons = found.SelectMany(f => new[] { f.A, f.B }).Distinct().ToArray();
        if (persons.Length == 0) return [];
        var rows = (await books.Read(PersonRow.Select + " where person_id in ({keys})", PersonRow.Read, [("keys", persons)], cancel)).ToDictionary(r => r.PersonId);
        var points = await ContactPoints.Of(books, vault, live.Current, persons, cancel);
        var channels = await facets.Channels(persons, cancel);
        var worth = await facets.Worth(persons, cancel);
        var memberships = await facets.Memberships(persons, cancel);
        PairSide Side(long person)
        {
            var (row, bought, member) = (rows[person], worth.GetValueOrDefault(person), memberships.GetValueOrDefault(person)?.Memberships.FirstOrDefault());
            var name = row.NameCipher is { } cipher ? vault.Open(cipher) : null;
            return new PairSide(person, name is null || reveal ? name : Vault.Mask("name", name), row.Gender, reveal || row.Birthday is null ? row.Birthday : Blurred(row.Birthday), row.Province, row.City,
                [.. points[person].Select(p => new PairPoint(p.Namespace, reveal ? p.Value : Vault.Mask(p.Namespace, p.Value), p.IsOwn))],
                channels.GetValueOrDefault(person) ?? [], row.FirstSeenMs.ToInstant(), row.LastSeenMs.ToInstant(),
                member is null || reveal ? member?.Card : Vault.Mask("member", member.Card), member?.TierTitle, member?.PointsSpendable, bought?.Orders ?? 0, bought?.NetMinor ?? 0, bought?.Currency);
        }
        return [.. found.Where(f => rows.ContainsKey(f.A) && rows.ContainsKey(f.B)).Select(f => View(f.Pair, reveal, Side(f.A), Side(f.B)))];
    }

    private static PairView View(IdentityPair pair, bool reveal, PairSide a, PairSide b) => new(
        pair.PairId, pair.ProbabilityPpm / 1e6, Math.Round(pair.ScoreMillibits / 1e3, 1), pair.Why, pair.Refusal, pair.State, pair.By, pair.AnsweredMs.ToInstant(), pair.FoundMs.ToInstant(), pair.ModelId,
        reveal, a, b);

    private static string Blurred(string birthday) => birthday.StartsWith('-') ? "--**-**" : birthday[..4] + "-**-**";

    /// <summary>The identifiers that hang together with one end of a pair without what likeness linked; empty when the other end does too.</summary>
    public async Task<List<long>> SideOf(long person, long end, long other, CancellationToken cancel)
    {
        var members = (await books.Read("select identifier_key from identifiers where person_id = @person", r => r.GetInt64(0), [("person", person)], cancel)).ToHashSet();
        var links = (await books.Read("""
            select low_key, high_key from links where dropped_rule is null and strength <> 'inferred'
              and low_key in (select identifier_key from identifiers where person_id = @person) and high_key in (select identifier_key from identifiers where person_id = @person)
            """, r => (Low: r.GetInt64(0), High: r.GetInt64(1)), [("person", person)], cancel)).SelectMany(l => new[] { l, (Low: l.High, High: l.Low) }).ToLookup(l => l.Low, l => l.High);
        var side = new HashSet<long> { end };
        var ahead = new Queue<long>(side);
        while (ahead.TryDequeue(out var key))
            foreach (var next in links[key])
                if (members.Contains(next) && side.Add(next)) ahead.Enqueue(next);
        return side.Contains(other) ? [] : [.. side.Order()];
    }
}
