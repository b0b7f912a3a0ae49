using System.Globalization;
using System.Text;
using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Insight;
using Danke.Platform.Privacy;
using Danke.Platform.Problems;
using Danke.Privacy.Requests;
using Microsoft.AspNetCore.Http;

namespace Danke.Privacy.Erasing;

/// <summary>
/// The steps of an erasing, in order. The Door's commit is the second: from then on the person is gone for everybody who asks; the others
/// clear what lies outside of rows, and end only when nothing is found any more.
/// </summary>
internal sealed class Eraser(
    RequestStore requests, IDoor door, ISubjects subjects, PersonalData data, IEnumerable<ISweepsTraces> sweepers, InsightFeeder feeder, InsightScrub insight,
    IPersonFacet<PersonMemberships> memberships, BooksStore books, Vault vault, TimeProvider clock)
{
    /// <summary>Tables of the platform and of this module that the steps have cleaned.</summary>
    private static readonly string[] AlsoRewritten = ["commands", "outbox", "audit_log", "jobs", "dead_letters", "imports", "uploads", "privacy_requests"];

    /// <summary>Two erasings at once would both rewrite the files.</summary>
    private readonly SemaphoreSlim compacting = new(1, 1);

    public DateTimeOffset Now => clock.GetUtcNow();

    public IReadOnlyList<(string Name, Func<Task<long>> Do)> Plan(PrivacyRequest request, CancellationToken cancel) =>
    [
        ("points", () => ForfeitPoints(request, cancel)),
        ("erase", () => Erase(request, cancel)),
        ("others", async () => await Others(await WorkOf(request, cancel), request, cancel)),
        .. sweepers.Select(s => (s.Name, (Func<Task<long>>)(async () => await s.Sweep(new Traces(await WorkOf(request, cancel)), cancel)))),
        ("insight", async () => await Insight(await WorkOf(request, cancel), cancel)),
        ("check", async () => await Check(request, await WorkOf(request, cancel), cancel)),
        ("files", () => Files(request, cancel)),
    ];

    // Nobody can spend them any more: the ledger says so with entries of its own, so that its sums stay explained.
    private async Task<long> ForfeitPoints(PrivacyRequest request, CancellationToken cancel)
    {
        long forfeited = 0;
        var theirs = (await memberships.Of([request.PersonId], cancel)).GetValueOrDefault(request.PersonId)?.Memberships ?? [];
        foreach (var membership in theirs.Where(m => m.PointsSpendable > 0))
        {
            var answer = await door.Submit(Make(request, $"points/{membership.Program}", new PointsAdjusted(membership.Program, -membership.PointsSpendable, "erased", null)), cancel);
            if (answer.Status == AnswerStatus.Applied) forfeited += membership.PointsSpendable;
        }
        return forfeited;
    }

    private async Task<long> Erase(PrivacyRequest request, CancellationToken cancel)
    {
        var answer = await door.Submit(Make(request, "erase", new ErasePerson(request.RequestId, request.Kind == RequestKinds.Anonymise)), cancel);
        if (answer.Status is not (AnswerStatus.Applied or AnswerStatus.Duplicate)) throw new ProblemException(StatusCodes.Status409Conflict, answer.Code!, answer.Detail!);
        return (await WorkOf(request, cancel)).Keys.Length;
    }

    private Command Make(PrivacyRequest request, string id, CommandBody body)
    {
        id = string.Create(CultureInfo.InvariantCulture, $"request/{request.RequestId}/{id}");
        return new Command
        {
            Source = Sources.Privacy,
            Id = id,
            AtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Channel = "danke",
            PersonId = request.PersonId,
            Body = body,
            Raw = Encoding.UTF8.GetBytes($$"""{"source":"{{Sources.Privacy}}","id":"{{id}}","type":"{{body.Type}}"}"""),
        };
    }

    /// <summary>What the Door's transaction left to be looked for.</summary>
    private async Task<Subject> WorkOf(PrivacyRequest request, CancellationToken cancel) =>
        (await requests.Find(request.RequestId, cancel))?.Work is { } work ? JsonSerializer.Deserialize<Subject>(vault.Open(work))!
        : throw new InvalidOperationException($"Request {request.RequestId} does not know any more what to look for.");

    private async Task<long> Others(Subject subject, PrivacyRequest request, CancellationToken cancel)
    {
        await subjects.Settle(door, subject.Around, request.RequestId, cancel);
        return subject.Around.Length;
    }

    private async Task<long> Insight(Subject subject, CancellationToken cancel)
    {
        if (insight.IsOff) return 0;
        await feeder.WaitUntilCaughtUp(cancel);
        return await insight.Remove(subject.Persons, cancel);
    }

    private async Task<long> Check(PrivacyRequest request, Subject subject, CancellationToken cancel)
    {
        var keys = await subjects.StillNobodys(subject.Keys, cancel);
        foreach (var count in await data.Count(subject with { Keys = keys }, cancel)) Require(count.Rows == 0, count.Table);
        // Who came again since may stand in letters and files with the same values: those are somebody else's.
        if (keys.Length == subject.Keys.Length)
            foreach (var sweeper in sweepers) Require(await sweeper.Count(new Traces(subject), cancel) == 0, sweeper.Name);
        if (!insight.IsOff) Require(await insight.Count(subject.Persons, cancel) == 0, "insight");
        return 0;
    }

    private static void Require(bool holds, string where)
    {
        if (!holds) throw new ProblemException(StatusCodes.Status409Conflict, "not_all_erased", $"Something of the person came to '{where}' while it was being erased. Go on with the request: its steps look again.");
    }

    private async Task<long> Files(PrivacyRequest request, CancellationToken cancel)
    {
        // Only now: a check that is broken off before it is noted as done looks again for the same.
        await requests.ForgetWork(request);
        await compacting.WaitAsync(cancel);
        try
        {
            var rewritten = data.Tables.Where(t => t.Identifies).Select(t => t.Name).Concat(AlsoRewritten).Concat(["identity_decisions"]).Distinct().ToList();
            await books.Compact(rewritten, [.. data.Tables.Select(t => t.Name).Except(rewritten)], cancel);
            return rewritten.Count;
        }
        finally
        {
            compacting.Release();
        }
    }
}
