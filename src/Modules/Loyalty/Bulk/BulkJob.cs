using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Jobs;

namespace Danke.Loyalty.Bulk;

/// <summary>
/// Finds out whom each line means and whether it can be, then - when it is meant in earnest, and beyond the program's limit approved - applies line by line
/// through the Door. Each line is a command of its own number, so that broken off and run again it counts once.
/// </summary>
internal sealed class BulkJob(BulkBook book, BooksStore books, IPersonDirectory directory, IPersonLookup lookup, LivePrograms programs, IDoor door, TimeProvider clock) : IJobKind
{
    public const string KindName = "bulk_adjustment";

    private const int PageSize = 500;

    public string Kind => KindName;
    public bool Resumes => true;

    public async Task Run(JobRun job, CancellationToken cancel)
    {
        var id = (long)job.Detail["bulk_id"]!;
        var bulk = await book.Find(id, cancel) ?? throw new InvalidOperationException($"Bulk adjustment {id} is not in the Books.");
        var lines = (await book.Sums(id, cancel)).Sum(s => s.Lines);
        if (bulk.State == BulkBook.Checking)
        {
            await Check(bulk, job, lines, cancel);
            var state = bulk.IsDryRun ? BulkBook.Checked : await NeedsApproval(bulk, cancel) ? BulkBook.Awaiting : BulkBook.Applying;
            await book.SetState(id, state, cancel);
            bulk = bulk with { State = state };
        }
        if (bulk.State != BulkBook.Applying) return;
        await Apply(bulk, job, lines, cancel);
        await book.SetState(id, BulkBook.Done, cancel);
    }

    private async Task Check(BulkRow bulk, JobRun job, long total, CancellationToken cancel)
    {
        var done = 0L;
        while (await book.Lines(bulk.Id, BulkBook.New, 0, PageSize, cancel) is { Count: > 0 } page)
        {
            var known = new List<BulkLineRow>();
            foreach (var line in page) known.Add(line with { PersonId = await PersonOf(book.Open(line.Who!), PointTypes.ProgramOf(bulk.Program), cancel) ?? 0, Who = null });
            var persons = known.Select(l => l.PersonId).Distinct().ToArray();
            var members = await Of(persons, PointTypes.ProgramOf(bulk.Program), cancel);
            var holders = PointTypes.IsOfFurtherType(bulk.Program) ? await Of(persons, bulk.Program, cancel) : members;
            await book.Save([.. known.Select(l => Judge(l, members.GetValueOrDefault(l.PersonId), holders.GetValueOrDefault(l.PersonId)?.Spendable ?? 0))], cancel);
            job.Report(done += page.Count, total);
        }
    }

    private async Task<Dictionary<long, MembershipRow>> Of(long[] persons, string program, CancellationToken cancel) =>
        (await books.Read(MembershipRow.Select + " where person_id in ({keys}) and program = @program", MembershipRow.Read, [("keys", persons), ("program", program)], cancel)).ToDictionary(m => m.PersonId);

    // As the Door will say it, as far as can be seen before: who takes twice from one balance hears it from the Door.
    private BulkLineRow Judge(BulkLineRow line, MembershipRow? member, long spendable)
    {
        var code = line.PersonId == 0 ? "no_such_person" : member is not { IsActive: true } ? "not_a_member"
            : line.ExpiresAtMs <= clock.GetUtcNow().ToUnixTimeMilliseconds() ? "expires_in_past" : line.Points < 0 && spendable < -line.Points ? "insufficient_balance" : null;
        return line with { Outcome = code is null ? BulkBook.Ready : BulkBook.Refused, Code = code };
    }

    private async Task<long?> PersonOf(string who, string program, CancellationToken cancel)
    {
        if (who.StartsWith("person:", StringComparison.Ordinal))
            return long.TryParse(who.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? await directory.Current(number, cancel) : null;
        if (who.StartsWith("card:", StringComparison.Ordinal))
            return (await books.Read("select person_id, merged_into from memberships where card = @card and program = @program", r => r.LongOrNull(1) ?? r.GetInt64(0),
                [("card", who[5..]), ("program", program)], cancel)) is [var holder] ? holder : null;
        return who.Split(':', 3) is [{ Length: > 0 } ns, var scope, var value] ? await lookup.Find(new Identifier(ns, scope, value), cancel) : null;
    }

    private async Task<bool> NeedsApproval(BulkRow bulk, CancellationToken cancel) =>
        (await programs.Find(bulk.Program, cancel))?.Ledger.FourEyesAbove is { } most && (await book.Sums(bulk.Id, cancel)).Where(s => s.Outcome == BulkBook.Ready).Sum(s => s.Given + s.Taken) > most;

    private async Task Apply(BulkRow bulk, JobRun job, long total, CancellationToken cancel)
    {
        var done = 0L;
        while (await book.Lines(bulk.Id, BulkBook.Ready, 0, PageSize, cancel) is { Count: > 0 } page)
        {
            var answers = await door.SubmitMany([.. page.Select(l => CommandFor(bulk, l))], cancel);
            await book.Save([.. page.Zip(answers, (line, answer) => answer.Status switch
            {
                AnswerStatus.Applied => line with { Outcome = BulkBook.Applied },
                AnswerStatus.Duplicate => line with { Outcome = BulkBook.Known },
                _ => line with { Outcome = BulkBook.Refused, Code = answer.Code ?? "suppressed" },
            })], cancel);
            job.Report(done += page.Count, total);
        }
    }

    // Who handed it in is in the ledger with the entry. A line with a key of its own is the same in whatever list it comes.
    private Command CommandFor(BulkRow bulk, BulkLineRow line)
    {
        var id = line.Key is { } key ? $"{bulk.CreatedBy}/bulk-key/{bulk.Program}/{key}" : string.Create(CultureInfo.InvariantCulture, $"{bulk.CreatedBy}/bulk/{bulk.Id}/{line.Line}");
        var body = new PointsAdjusted(bulk.Program, line.Points, line.Reason, line.ExpiresAtMs);
        return new Command
        {
            Source = Sources.Operator,
            Id = id,
            AtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Channel = DirectCommands.Source,
            PersonId = line.PersonId,
            Body = body,
            BodyHash = unchecked((long)EventHash.XxHash64(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{line.PersonId}\0{line.Points}\0{line.Reason}\0{line.ExpiresAtMs}")))),
            Raw = Encoding.UTF8.GetBytes(new JsonObject { ["source"] = Sources.Operator, ["id"] = id, ["type"] = body.Type }.ToJsonString()),
        };
    }
}
