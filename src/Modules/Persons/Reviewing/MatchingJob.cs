using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Engines.Identity;
using Danke.Engines.Matching;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Jobs;
using Danke.Platform.Json;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Http;

namespace Danke.Persons.Reviewing;

/// <summary>
/// Compares all persons with one another where no identifier does (docs/identity-matching.md). Who is alike enough is linked, through the Door
/// and where the rules want that; who may be is for somebody to look at. Run again it finds the same, asks nothing twice and forgets what is not so any more.
/// </summary>
internal sealed partial class MatchingJob(BooksStore books, Vault vault, LiveIdentityRules live, IDoor door, TimeProvider clock) : IJobKind
{
    public const string KindName = "identity_matching";

    /// <summary>More than anybody reads; the surest are kept.</summary>
    private const int MostWaiting = 10_000;

    private const int AtOnce = 200;

    private readonly ComparedPersons compared = new(books, vault);

    public string Kind => KindName;
    public bool Resumes => true;

    public async Task Run(JobRun job, CancellationToken cancel)
    {
        var rules = await books.Write(async transaction => await live.Refresh(transaction), cancel);
        var model = await ModelOf(job, cancel);
        Tell(job, "reading");
        if (job.Detail["changed_only"]?.GetValue<bool>() == true && await RunOnChanged(job, model, rules, cancel)) return;
        var records = await PersonRecords.Read(books, vault, rules, cancel);
        if (records.Persons.Count > PersonRecords.Most)
            throw new ProblemException(StatusCodes.Status400BadRequest, "too_many_persons", $"More than {PersonRecords.Most:N0} persons are not compared in memory.");
        Tell(job, "comparing", ("persons", records.Persons.Count));
        var options = MatchOptions.Default with { LinkFrom = rules.Matching.LinkFrom ?? MatchOptions.Default.LinkFrom, ReviewFrom = rules.Matching.ReviewFrom, Roles = PersonRecords.Roles };
        var result = await Task.Run(() => Matcher.Run(records.Table, options), cancel);
        cancel.ThrowIfCancellationRequested();
        await Keep(model, records, result, cancel);
        var found = await Found(records, result, rules, cancel);
        Tell(job, "keeping", ("pairs", found.Count));
        var (linked, waiting) = await Settle(job, model, found, cancel);
        var dropped = await Forget(model, cancel);
        await compared.Keep(records.Columns, records.Persons, model, cancel);
        await compared.ForgetBefore(model, cancel);
        Tell(job, "done", ("pairs_compared", result.PairsCompared), ("linked", linked), ("waiting", waiting), ("forgotten", dropped), ("model_id", model));
    }

    private static void Tell(JobRun job, string phase, params (string Name, long Value)[] counts)
    {
        var detail = job.Detail;
        detail["phase"] = phase;
        foreach (var (name, value) in counts) detail[name] = value;
        job.Detail = detail;
    }

    // A run that goes on is the same run: what it linked before it was broken off is answered as a duplicate.
    private async Task<long> ModelOf(JobRun job, CancellationToken cancel)
    {
        if (job.Detail["model_id"] is { } known) return known.GetValue<long>();
        var model = await books.Write(t => Sequences.TakeRange(t, "identity_model", 1), cancel);
        Tell(job, "reading", ("model_id", model));
        await job.Keep();
        return model;
    }

    private Task Keep(long model, PersonRecords records, MatchResult result, CancellationToken cancel) => books.Write(async t =>
    {
        var report = new JsonArray([.. result.Model.Schema.Fields.Select((f, i) => (JsonNode)new JsonObject
        {
            ["field"] = f.Name,
            ["levels"] = new JsonArray([.. result.Model.Weights[i].Levels.Select(l => (JsonNode)new JsonObject { ["level"] = l.Name, ["m"] = Math.Round(l.M, 6), ["u"] = Math.Round(l.U, 8), ["bits"] = Math.Round(l.Weight, 2) })]),
        })]);
        await t.Execute("delete from identity_models where model_id = @id", ("id", model));
        await t.Execute("update identity_models set body_cipher = null where body_cipher is not null");
        await t.Execute("insert into identity_models (model_id, at_ms, records, pairs_compared, report, body_cipher) values (@id, @at, @records, @pairs, @report, @body)",
            ("id", model), ("at", clock.GetUtcNow().ToUnixTimeMilliseconds()), ("records", (long)records.Persons.Count), ("pairs", result.PairsCompared), ("report", report.ToJsonString()), ("body", vault.Seal(result.Model.ToJson())));
    }, cancel);

    private sealed record Candidate(long A, long B, ScoredPair Pair, PairEvidence Why, bool IsSure)
    {
        public long Ppm => (long)(Bits.ToProbability(Pair.Bits) * 1_000_000);
    }

    /// <summary>Surest first; without those whom somebody keeps apart.</summary>
    private async Task<List<Candidate>> Found(PersonRecords records, MatchResult result, IdentityRules rules, CancellationToken cancel)
    {
        var apart = await Apart(cancel);
        var scorer = new Scorer(result.Model);
        var pairs = result.Links.Concat(result.Reviews).DistinctBy(p => (p.A, p.B)).OrderByDescending(p => p.Bits).ThenBy(p => p.A).ThenBy(p => p.B);
        return [.. from pair in pairs
                   let a = records.Persons[pair.A]
                   let b = records.Persons[pair.B]
                   where !apart.Contains((Math.Min(a.PersonId, b.PersonId), Math.Max(a.PersonId, b.PersonId)))
                   let inOrder = a.Anchor < b.Anchor
                   let why = PairEvidence.Of(scorer.Explain(result.Records[inOrder ? pair.A : pair.B], result.Records[inOrder ? pair.B : pair.A]))
                   let sure = rules.Matching.LinkFrom is { } threshold && Bits.ToProbability(pair.Bits) >= threshold && result.Clusters[pair.A] == result.Clusters[pair.B]
                   select new Candidate(Math.Min(a.Anchor, b.Anchor), Math.Max(a.Anchor, b.Anchor), pair, why, sure)];
    }

    private async Task<HashSet<(long, long)>> Apart(CancellationToken cancel)
    {
        var sides = await books.Read("""
            select distinct d.decision_id, k.side, i.person_id from identity_decisions d join identity_decision_keys k on k.decision_id = d.decision_id
            join identifiers i on i.identifier_key = k.identifier_key where d.kind = 'apart' and d.revoked_ms is null and i.person_id <> 0
            """, r => (Decision: r.GetInt64(0), Side: r.GetInt64(1), Person: r.GetInt64(2)), [], cancel);
        return [.. from decision in sides.GroupBy(s => s.Decision) from a in decision from b in decision where a.Side != b.Side && a.Person < b.Person select (a.Person, b.Person)];
    }

    private async Task<(int Linked, int Waiting)> Settle(JobRun job, long model, List<Candidate> found, CancellationToken cancel)
    {
        var (linked, waiting, done) = (0, 0, 0);
        foreach (var some in found.Take(MostWaiting).Chunk(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            var known = await Known(some, cancel);
            // What somebody answered stands, whatever the likeness.
            var open = some.Where(c => known.GetValueOrDefault((c.A, c.B)) is null or { State: PairStates.Waiting or PairStates.Later or PairStates.Linked }).ToList();
            var answers = await Link(model, [.. open.Where(c => c.IsSure)], cancel);
            var rows = open.Where(c => answers.GetValueOrDefault((c.A, c.B)).Refusal is not "kept_apart").Select(c => Row(c, known.GetValueOrDefault((c.A, c.B)), model, answers)).ToList();
            await Save(rows, cancel);
            linked += rows.Count(r => r.State == PairStates.Linked);
            waiting += rows.Count(r => r.State is PairStates.Waiting or PairStates.Later);
            job.Report(done += some.Length, Math.Min(found.Count, MostWaiting));
        }
        return (linked, waiting);
    }

    private async Task<Dictionary<(long, long), IdentityPair>> Known(IReadOnlyCollection<Candidate> some, CancellationToken cancel) =>
        (await books.Read($"select {IdentityPair.Columns} from identity_pairs q where q.a_key in ({"{keys}"})", IdentityPair.Read, [("keys", some.Select(c => c.A).Distinct().ToArray())], cancel))
        .ToDictionary(p => (p.AKey, p.BKey));

    private async Task<Dictionary<(long, long), (string Key, string? Refusal)>> Link(long model, List<Candidate> sure, CancellationToken cancel)
    {
        if (sure.Count == 0) return [];
        var anchors = (await books.Read(IdentifierRow.Select + " where identifier_key in ({keys})", IdentifierRow.Reader(live.Current),
            [("keys", sure.SelectMany(c => new[] { c.A, c.B }).Distinct().ToArray())], cancel)).ToDictionary(i => i.Key);
        var commands = sure.Where(c => anchors.ContainsKey(c.A) && anchors.ContainsKey(c.B)).Select(c => (Candidate: c, Command: new Command
        {
            Source = Sources.Operator,
            Id = string.Create(CultureInfo.InvariantCulture, $"identity-matching/{model}/{c.A:x}-{c.B:x}"),
            AtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Channel = "danke",
            Identifiers = [Shown(anchors[c.A]), Shown(anchors[c.B])],
            Body = new InferLink(),
            Audit = Audit.Of(Caller.System, "identity.link_inferred", new { Model = model, ProbabilityPpm = c.Ppm }),
        })).ToList();
        var answers = await door.SubmitMany([.. commands.Select(c => c.Command)], cancel);
        return commands.Zip(answers).ToDictionary(c => (c.First.Candidate.A, c.First.Candidate.B), c => (c.First.Command.Key, c.Second.Code == "would_break_rule" ? c.Second.Detail : c.Second.Code));
    }

    private Identifier Shown(IdentifierRow row) => new(row.Namespace, row.Scope, vault.Open(row.ValueCipher));

    private IdentityPair Row(Candidate found, IdentityPair? known, long model, Dictionary<(long, long), (string Key, string? Refusal)> answers)
    {
        var tried = answers.TryGetValue((found.A, found.B), out var answer);
        var isLinked = tried && answer.Refusal is null;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return new IdentityPair(known?.PairId ?? 0, found.A, found.B, model, known?.FoundMs ?? now, (long)(found.Pair.Bits * 1000), found.Ppm,
            JsonSerializer.Serialize(found.Why, DankeJson.Options), tried ? answer.Refusal : null,
            isLinked ? PairStates.Linked : known?.State is PairStates.Later ? PairStates.Later : PairStates.Waiting,
            isLinked ? "matching" : known?.By, isLinked ? now : known?.AnsweredMs, isLinked ? answer.Key : known?.CommandKey);
    }

    private Task Save(List<IdentityPair> rows, CancellationToken cancel) => books.Write(async t =>
    {
        var next = rows.Count(r => r.PairId == 0) is var fresh and > 0 ? await Sequences.TakeRange(t, "identity_pair", fresh) : 0;
        await t.Upsert(IdentityPair.Table, [.. rows.Select(r => r.PairId != 0 ? r : r with { PairId = next++ })]);
    }, cancel);

    // What was waiting and is not found any more is not so any more.
    private Task<int> Forget(long model, CancellationToken cancel) =>
        books.Write(t => t.Execute("delete from identity_pairs where state = 'waiting' and model_id < @model", ("model", model)), cancel);
}
