using System.Data.Common;
using System.Runtime.CompilerServices;
using Danke.Intake.Events;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Exports;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Danke.Intake.Letters;

/// <summary>What was refused: list, look, mend, replay, drop.</summary>
internal static class DeadLetterEndpoints
{
    /// <summary>A letter may hold an event of a megabyte.</summary>
    private const int LettersAtOnce = 50;

    internal sealed record Letter(
        long DeadLetterId, string Source, string Id, string Type, string Code, string Detail, string Body, long? ImportId, long? ImportRow, string State,
        DateTimeOffset FirstAt, DateTimeOffset LastAt);

    internal sealed record Edit(string Body);

    /// <summary>Which letters; all that is given must hold.</summary>
    internal sealed record Filter(string? State = null, string? Code = null, string? Source = null, long? Import = null);

    internal sealed record BulkReplay(Filter? Filter = null);

    internal sealed record LetterPage(IReadOnlyList<Letter> Items, string? Next, long Open);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var letters = v1.MapGroup("/dead-letters").WithTags("intake");
        letters.MapGet("", List).RequireScope(Scopes.IntakeRead).WithName("ListDeadLetters").WithSummary("What was refused, newest first").Produces<LetterPage>();
        letters.MapGet("/export.csv", Export).RequireScope(Scopes.IntakeRead).WithName("ExportDeadLetters").WithSummary("The same list as a file for a spreadsheet: all of it.").ProducesCsv();
        letters.MapGet("/{id:long}", Get).RequireScope(Scopes.IntakeRead).WithName("GetDeadLetter").Produces<Letter>().ProducesProblem(404);
        letters.MapPut("/{id:long}", Put).RequireScope(Scopes.IntakeWrite).WithName("EditDeadLetter").Produces<Letter>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        letters.MapDelete("/{id:long}", Drop).RequireScope(Scopes.IntakeWrite).WithName("DropDeadLetter").Produces(204).ProducesProblem(404);
        letters.MapPost("/{id:long}/replays", Replay).RequireScope(Scopes.IntakeWrite).WithName("ReplayDeadLetter").Produces<Replays.Outcome>().ProducesProblem(404).ProducesProblem(409);
        letters.MapPost("/replays", ReplayMany).RequireScope(Scopes.IntakeWrite).WithName("ReplayDeadLetters").Produces<Replays.Summary>().ProducesProblem(400);
    }

    private static async Task<IResult> List(
        HttpContext context, [FromServices] BooksStore books, string? state, string? code, string? source, long? import, string? cursor, int? limit, CancellationToken cancel)
    {
        var take = Cursor.Limit(limit);
        var found = await Letters(books, new Filter(state, code, source, import), Cursor.Before(cursor), take + 1, cancel);
        var open = (await books.Read("select count(*) from dead_letters where state = 'open'", r => r.GetInt64(0), cancel: cancel))[0];
        var next = found.Count > take ? Cursor.Of(found[take - 1].DeadLetterId) : null;
        return Results.Ok(new LetterPage([.. found.Take(take).Select(l => Shown(l, context))], next, open));
    }

    private static IResult Export(
        HttpContext context, [FromServices] BooksStore books, [FromServices] CsvExports exports, string? state, string? code, string? source, long? import, string? lang, CancellationToken cancel)
    {
        var filter = new Filter(state, code, source, import);
        return exports.Of(Table, "dead_letters", filter, lang, Pages(books, filter, context, cancel));
    }

    private static readonly CsvTable<Letter> Table = new("dead_letters",
    [
        new("dead_letter_id", "编号", "Number", l => l.DeadLetterId),
        new("source", "来源", "Source", l => l.Source),
        new("id", "事件编号", "Event id", l => l.Id),
        new("type", "事件类型", "Event type", l => l.Type),
        new("code", "原因代码", "Refusal", l => l.Code),
        new("detail", "说明", "Detail", l => l.Detail),
        new("state", "状态", "State", l => l.State),
        new("import_id", "导入编号", "Import", l => l.ImportId),
        new("import_row", "文件行号", "Row of the file", l => l.ImportRow),
        new("first_at", "首次出现", "First", l => l.FirstAt),
        new("last_at", "最近出现", "Last", l => l.LastAt),
        new("body", "原文", "Body", l => l.Body),
    ]);

    private static async IAsyncEnumerable<IReadOnlyList<Letter>> Pages(BooksStore books, Filter filter, HttpContext context, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var before = long.MaxValue; await Letters(books, filter, before, LettersAtOnce, cancel) is [.., var last] letters; before = last.DeadLetterId)
            yield return [.. letters.Select(l => Shown(l, context))];
    }

    internal static Task<List<Letter>> Letters(BooksStore books, Filter filter, long before, int take, CancellationToken cancel)
    {
        var where = new List<string> { "dead_letter_id < @before" };
        var args = new List<(string, object?)> { ("before", before) };
        void And(string column, object? value)
        {
            if (value is null) return;
            where.Add($"{column} = @{column}");
            args.Add((column, value));
        }
        And("state", filter.State);
        And("code", filter.Code);
        And("source", filter.Source);
        And("import_id", filter.Import);
        return books.Read($"{Select} where {string.Join(" and ", where)} order by dead_letter_id desc limit {take}", Read, [.. args], cancel);
    }

    private const string Select =
        "select dead_letter_id, command_key, source, type, code, detail, body, import_id, import_row, state, first_at_ms, last_at_ms from dead_letters";

    private static Letter Read(DbDataReader r) => new(
        r.GetInt64(0), r.GetString(2), r.GetString(1)[(r.GetString(2).Length + 1)..], r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6),
        r.LongOrNull(7), r.LongOrNull(8), r.GetString(9), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(10)), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(11)));

    private static Letter Shown(Letter letter, HttpContext context) => context.MayReveal() ? letter : letter with { Id = EventMasking.MaskId(letter.Id), Body = EventMasking.Mask(letter.Body) };

    internal static async Task<Letter?> Find(BooksStore books, long id, CancellationToken cancel) =>
        (await books.Read($"{Select} where dead_letter_id = @id", Read, [("id", id)], cancel)).FirstOrDefault();

    private static IResult Missing() => Problem.NotFound("dead_letter_unknown", "There is no dead letter with this number.");

    private static async Task<IResult> Get(HttpContext context, long id, [FromServices] BooksStore books, CancellationToken cancel) =>
        await Find(books, id, cancel) is { } letter ? Results.Ok(Shown(letter, context)) : Missing();

    private static async Task<IResult> Put(HttpContext context, long id, Edit edit, [FromServices] BooksStore books, [FromServices] Audit audit, CancellationToken cancel)
    {
        if (!context.MayReveal()) return Problem.Of(StatusCodes.Status403Forbidden, "not_allowed", "Mending an event needs the right to see personal values (persons:reveal).");
        if (edit.Body.Length > Contracts.Events.EventJsonReader.MostBytes || edit.Body.Contains('\0'))
            return Problem.Invalid("body_invalid", $"The body must be text without NUL of at most {Contracts.Events.EventJsonReader.MostBytes:N0} characters.");
        var changed = await books.Write(async t =>
        {
            var rows = await t.Execute("update dead_letters set body = @body where dead_letter_id = @id and state = 'open'", ("body", edit.Body), ("id", id));
            if (rows == 1) await audit.Record(t, context.Caller(), "dead_letter.edited", $"dead_letter/{id}");
            return rows;
        }, cancel);
        if (await Find(books, id, cancel) is not { } letter) return Missing();
        return changed == 1 ? Results.Ok(letter) : Problem.Conflict("dead_letter_settled", $"This letter was {letter.State} already.");
    }

    private static async Task<IResult> Drop(
        HttpContext context, long id, [FromServices] BooksStore books, [FromServices] Audit audit, [FromServices] TimeProvider clock, CancellationToken cancel)
    {
        var changed = await books.Write(async t =>
        {
            var rows = await t.Execute("update dead_letters set state = 'dropped', last_at_ms = @now where dead_letter_id = @id and state = 'open'",
                ("now", clock.GetUtcNow().ToUnixTimeMilliseconds()), ("id", id));
            if (rows == 1) await audit.Record(t, context.Caller(), "dead_letter.dropped", $"dead_letter/{id}");
            return rows;
        }, cancel);
        return changed == 1 || await Find(books, id, cancel) is not null ? Results.NoContent() : Missing();
    }

    private static async Task<IResult> Replay(HttpContext context, long id, [FromServices] Replays replays, [FromServices] Audit audit, CancellationToken cancel)
    {
        var outcome = await replays.One(id, cancel);
        if (outcome is null) return Missing();
        if (outcome.Status == Replays.Settled) return Problem.Conflict("dead_letter_settled", outcome.Detail!);
        await audit.Record(context.Caller(), "dead_letter.replayed", $"dead_letter/{id}", after: new { outcome.Status, outcome.Code });
        return Results.Ok(outcome);
    }

    private static async Task<IResult> ReplayMany(HttpContext context, BulkReplay request, [FromServices] Replays replays, [FromServices] Audit audit, CancellationToken cancel)
    {
        var filter = request.Filter ?? new Filter();
        var summary = await replays.Many(filter, cancel);
        await audit.Record(context.Caller(), "dead_letters.replayed", "dead_letters", after: new { filter, summary });
        return Results.Ok(summary);
    }
}
