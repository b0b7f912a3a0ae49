using System.Globalization;
using System.Text;
using Danke.Contracts.Commands;
using Danke.Loyalty.Earning;
using Danke.Platform.Books;
using Microsoft.Extensions.Logging;

namespace Danke.Loyalty.Expiring;

/// <summary>Asks the Door to make points spendable that only waited for their time, each order's at its own instant however late it is done.</summary>
internal sealed class ActivationClock(BooksStore books, IDoor door, TimeProvider clock, ILogger<ActivationClock> log)
{
    /// <summary>Small enough that a till's command never waits long behind a batch.</summary>
    private const int PageSize = 1_000;

    private readonly record struct Due(long AtMs, long LotId, long OrderId, long PersonId, string Program);

    /// <summary>Does all that is due now; answers how many lots that was.</summary>
    public async Task<int> Sweep(CancellationToken cancel)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var begun = 0;
        var last = new Due(long.MinValue, 0, 0, 0, "");
        while (await ReadDue(last, now, cancel) is { Count: > 0 } page)
        {
            last = page[^1];
            var answers = await door.SubmitMany([.. page.Select(CommandFor)], cancel);
            begun += answers.Count(a => a.Status == AnswerStatus.Applied);
            foreach (var refused in answers.Where(a => a.Status == AnswerStatus.Rejected)) log.LogError("Points could not begin: {Code}", refused.Code);
        }
        return begun;
    }

    private Task<List<Due>> ReadDue(Due after, long now, CancellationToken cancel) => books.Read("""
        select activates_at_ms, lot_id, order_id, person_id, program from lots
        where activates_at_ms is not null and activates_at_ms <= @now and state = 'pending' and (activates_at_ms, lot_id) > (@at, @lot)
        order by activates_at_ms, lot_id limit @limit
        """, r => new Due(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetString(4)),
        [("now", now), ("at", after.AtMs), ("lot", after.LotId), ("limit", (long)PageSize)], cancel);

    private static Command CommandFor(Due due)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"activate/{due.LotId}/{due.AtMs}");
        return new Command
        {
            Source = Sources.Clock,
            Id = id,
            AtMs = due.AtMs,
            Channel = "program",
            PersonId = due.PersonId,
            Body = new ActivatePoints(due.Program, due.OrderId),
            Raw = Encoding.UTF8.GetBytes($$"""{"source":"{{Sources.Clock}}","id":"{{id}}","type":"points.activated"}"""),
        };
    }
}
