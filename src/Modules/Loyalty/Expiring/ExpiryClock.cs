using System.Globalization;
using System.Text;
using Danke.Contracts.Commands;
using Danke.Loyalty.Earning;
using Danke.Platform.Books;
using Danke.Platform.Workers;
using Microsoft.Extensions.Logging;

namespace Danke.Loyalty.Expiring;

/// <summary>
/// Every minute asks the Door to end the points whose time has come. Finds them in the Books, so that after any time of standing still
/// it makes up for all of it, each lot at its own instant; running it once, often or on several nodes gives the same.
/// </summary>
internal sealed class ExpiryClock(BooksStore books, IDoor door, TimeProvider clock, ILogger<ExpiryClock> log) : Sweeper(TimeSpan.FromMinutes(1), clock, log)
{
    /// <summary>Small enough that a till's command never waits long behind a batch.</summary>
    private const int PageSize = 1_000;

    /// <summary>The membership, and what tells this expiry from every other: a late report may bring a lot that ended at the same instant.</summary>
    private readonly record struct Due(string Program, long NextExpiryMs, long PersonId, long Expired);

    /// <summary>Ends everything that is due now; answers how many memberships lost points.</summary>
    public override async Task<int> Sweep(CancellationToken cancel)
    {
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var ended = 0;
        foreach (var program in await books.Read("select distinct name from definitions where kind = 'program' order by name", r => r.GetString(0), cancel: cancel))
            ended += await Sweep(program, now, cancel);
        return ended;
    }

    private async Task<int> Sweep(string program, long now, CancellationToken cancel)
    {
        var ended = 0;
        var last = new Due(program, long.MinValue, 0, 0);
        while (await ReadDue(last, now, cancel) is { Count: > 0 } page)
        {
            last = page[^1];
            var answers = await door.SubmitMany([.. page.Select(d => CommandFor(d, now))], cancel);
            ended += answers.Count(a => a.Status == AnswerStatus.Applied);
            foreach (var refused in answers.Where(a => a.Status == AnswerStatus.Rejected)) Log.LogError("Points could not be ended: {Code}", refused.Code);
        }
        return ended;
    }

    private Task<List<Due>> ReadDue(Due after, long now, CancellationToken cancel) => books.Read("""
        select program, next_expiry_ms, person_id, points_expired from memberships
        where program = @program and next_expiry_ms <= @now and (next_expiry_ms, person_id) > (@expiry, @person)
        order by next_expiry_ms, person_id limit @limit
        """, r => new Due(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)),
        [("program", after.Program), ("now", now), ("expiry", after.NextExpiryMs), ("person", after.PersonId), ("limit", (long)PageSize)], cancel);

    private static Command CommandFor(Due due, long now)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"expire/{due.Program}/{due.PersonId}/{due.NextExpiryMs}/{due.Expired}");
        return new Command
        {
            Source = Sources.Clock,
            Id = id,
            AtMs = now,
            Channel = "program",
            PersonId = due.PersonId,
            Body = new ExpirePoints(due.Program),
            Raw = Encoding.UTF8.GetBytes($$"""{"source":"{{Sources.Clock}}","id":"{{id}}","type":"points.expired"}"""),
        };
    }
}
