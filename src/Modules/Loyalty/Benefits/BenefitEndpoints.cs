using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Engines.Benefits;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Points;
using Danke.Loyalty.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Json;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using static Danke.Loyalty.Points.TillRequests;

namespace Danke.Loyalty.Benefits;

/// <summary><c>/v1/loyalty/benefits/…</c>: tills and shops use a member's benefits; <c>/v1/persons/{id}/benefits</c>: what a member has, used and was given.</summary>
internal static class BenefitEndpoints
{
    private const long MostRecords = 100;

    /// <summary>Whose benefit, which, and for what.</summary>
    /// <param name="PersonId">The member by number; or <paramref name="Identifiers"/>, of which the first that somebody has says who.</param>
    /// <param name="Times">Left out: once.</param>
    /// <param name="Order">The number of the order that it is used with, in <paramref name="Channel"/> and <paramref name="Shop"/>: cancelled or returned whole, it was not used.</param>
    public sealed record UseBody(
        string Benefit, long? PersonId = null, IReadOnlyList<MemberIdentifier>? Identifiers = null, string? Program = null, long Times = 1, string? Order = null,
        string? Channel = null, string? Shop = null, string? Reason = null) : ITillRequest;

    public sealed record ReversalBody(string Reason);

    /// <param name="Items">What the program has, in its order; of the benefits that the member has not, too.</param>
    /// <param name="Records">What was given and used, newest first, a hundred at most.</param>
    public sealed record BenefitSheet(long PersonId, string Program, string Tier, IReadOnlyList<BenefitView> Items, IReadOnlyList<RecordView> Records);

    /// <param name="Kind">entry_gift, birthday, anniversary; free_shipping, product, service.</param>
    /// <param name="IsTheirs">The member's tier has it, and it is there today.</param>
    /// <param name="Tiers">Who has it; empty: every tier.</param>
    /// <param name="Points">Of a gift: what this member is, or would be, given.</param>
    /// <param name="Per">Of what may be used: day, month, year, tier_period, ever; null: no quota.</param>
    /// <param name="Next">Of a birthday or anniversary: the day; null while the birthday is not known, or to callers who may not see it.</param>
    public sealed record BenefitView(
        string Name, string Title, string Kind, bool IsTheirs, IReadOnlyList<string> Tiers, long Points, string? Voucher, int? Times, string? Per, long Used, long? Left, DateTimeOffset? ResetsAt, DateOnly? Next);

    /// <param name="State">given, used, reversed.</param>
    /// <param name="Occasion">Of a gift: the tier entered, or the year.</param>
    /// <param name="TakenBack">Of the points, when the gift was reversed.</param>
    /// <param name="Event">What brought it, as source/id.</param>
    public sealed record RecordView(
        long UseId, string Benefit, string Kind, string State, string? Occasion, string Tier, long Times, long Points, long TakenBack, string? Voucher, string? Order, string? Reason, DateTimeOffset At,
        DateTimeOffset? ReversedAt, string Event);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var benefits = v1.MapGroup("/loyalty/benefits").WithTags("Loyalty");
        benefits.MapPost("/use", Use).RequireScope(Scopes.LoyaltyWrite).WithSummary("A member uses a benefit, within its quota. Needs an Idempotency-Key.").Produces<BenefitUseView>();
        benefits.MapPost("/uses/{id:long}/reversal", Reverse).RequireScope(Scopes.LoyaltyWrite).WithSummary("Undoes a use: it counts no more.").Produces<BenefitUseView>();
        v1.MapGet("/persons/{id:long}/benefits", Read).RequireScope(Scopes.LoyaltyRead).WithTags("Persons").WithSummary("A member's benefits: what is there, used and left, and what was given.").Produces<BenefitSheet>();
    }

    private static async Task<IResult> Use(UseBody body, HttpContext context, IPersonLookup lookup, DirectCommands commands, TimeProvider clock, CancellationToken cancel)
    {
        if (commands.IdOf(context, out var problem) is not { } id) return problem!;
        if (Wrong(body) is { } wrong) return Problem.Unacceptable("field_invalid", wrong);
        if ((body.PersonId ?? await lookup.Find(body.Identifiers, cancel)) is not { } person) return Problem.Unacceptable("not_a_member", "Nobody is known by that.");
        var program = string.IsNullOrEmpty(body.Program) ? ProgramBook.DefaultName : body.Program;
        var command = Command(id, clock.GetUtcNow().ToUnixTimeMilliseconds(), person, new BenefitUsed(program, body.Benefit, body.Times, body.Order, body.Reason)) with { Channel = body.Channel ?? DirectCommands.Source, Shop = body.Shop ?? "" };
        return await commands.Answer(context, command.Saying(string.Join('\0', [program, body.Benefit, $"{body.Times}", body.Order, body.Channel, body.Shop, body.Reason, $"{body.PersonId}",
            .. (body.Identifiers ?? []).Select(i => $"{i.Namespace}\0{i.Scope}\0{i.Value}")])), new { program, body.Benefit, body.Times });
    }

    private static async Task<IResult> Reverse(long id, ReversalBody body, HttpContext context, BooksStore books, DirectCommands commands, TimeProvider clock, CancellationToken cancel)
    {
        if (commands.IdOf(context, out var problem) is not { } key) return problem!;
        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 200 || !TillRequests.IsText(body.Reason)) return Problem.Unacceptable("reason_missing", "$.reason: Say why, in 1 to 200 characters.");
        if ((await books.Read(BenefitUseRow.Select + " where benefit_use_id = @id", BenefitUseRow.Read, [("id", id)], cancel)).FirstOrDefault() is not { } row) return Problem.NotFound("use_unknown", $"There is no use {id}.");
        return await commands.Answer(context, Command(key, clock.GetUtcNow().ToUnixTimeMilliseconds(), row.PersonId, new BenefitUseReversed(id, body.Reason)).Saying($"{id}\0{body.Reason}"), new { use = id, body.Reason });
    }

    private static string? Wrong(UseBody body) => body switch
    {
        { Benefit: null or { Length: 0 or > 40 } } => "$.benefit: 1 to 40 characters.",
        _ when !IsText(body.Benefit) || !IsText(body.Program) => "$.benefit: No control characters in it and the program.",
        { Times: < 1 or > 1_000_000 } => "$.times: 1 to 1000000.",
        _ => TillRequests.Wrong(body),
    };

    private static async Task<IResult> Read(
        long id, string? program, HttpContext context, BooksStore books, IPersonDirectory directory, LivePrograms programs, IBirthMonths birthdays, TimeProvider clock, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } person) return Problem.NotFound("no_such_person", $"There is no person {id}.");
        var name = string.IsNullOrEmpty(program) ? ProgramBook.DefaultName : program;
        if (await programs.FindProgram(name, cancel) is not { } live) return Problem.NotFound("no_such_program", $"There is no live program '{name}'.");
        if (await PointsEndpoint.Find(books, person, name, cancel) is not { } row) return Problem.NotFound("not_a_member", $"Person {person} never joined the program '{name}'.");
        var rows = await books.Read(BenefitUseRow.Select + " where person_id = @person and program = @program order by at_ms desc, benefit_use_id desc", BenefitUseRow.Read, [("person", person), ("program", name)], cancel);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var born = context.MayReveal() && live.Benefits.Any(b => b.Kind == BenefitKind.Birthday) ? await birthdays.DayOf(person, cancel) : null;
        return Results.Ok(new BenefitSheet(person, name, row.Tier, [.. live.Benefits.Select(b => View(live, b, row, rows, born, now))], [.. rows.Take((int)MostRecords).Select(View)]));
    }

    private static BenefitView View(LoyaltyProgram program, Benefit benefit, MembershipRow row, List<BenefitUseRow> rows, string? born, long nowMs)
    {
        var today = YearlyDays.Date(LocalDay.Of(program.Zone, nowMs));
        var quota = benefit.IsGift ? default : Quotas.At(benefit.Quota, program.Zone, row.TierSinceMs, rows.Where(u => u.Benefit == benefit.Name && u.State == BenefitUseRow.Used).Select(u => (u.AtMs, u.Times)), nowMs);
        var gift = benefit.GiftFor(row.Tier) ?? benefit.Gives;
        return new BenefitView(benefit.Name, benefit.Title, BenefitUseRow.Word(benefit.Kind), row.IsActive && benefit.IsFor(row.Tier) && benefit.IsThereOn(today.ToDateOnly()), benefit.Tiers,
            gift?.Points ?? 0, gift?.Voucher, benefit.Quota?.Times, benefit.Quota is { } q ? BenefitUseRow.Word(q.Per) : null, quota.Used, quota.Left, quota.ResetsAtMs.ToInstant(), Next(program, benefit, row, born, today));
    }

    private static DateOnly? Next(LoyaltyProgram program, Benefit benefit, MembershipRow row, string? born, LocalDate today)
    {
        if (benefit.Kind == BenefitKind.Birthday) return born is null ? null : YearlyDays.Next(new MonthDay(int.Parse(born[..2], null), int.Parse(born[3..], null)), today, benefit.LeapDay).ToDateOnly();
        if (benefit.Kind != BenefitKind.Anniversary) return null;
        var joined = YearlyDays.Date(LocalDay.Of(program.Zone, row.JoinedAtMs));
        var from = joined.PlusDays(1) > today ? joined.PlusDays(1) : today;
        return YearlyDays.Next(new MonthDay(joined.Month, joined.Day), from, benefit.LeapDay).ToDateOnly();
    }

    private static RecordView View(BenefitUseRow r) => new(r.Id, r.Benefit, r.Kind, r.State, r.Occasion.Length == 0 ? null : r.Occasion, r.Tier, r.Times, r.Points, r.TakenBack, r.Voucher,
        r.OrderKey is { } key ? OrderName.Parts(key).Number : null, r.Reason, r.AtMs.ToInstant(), r.ReversedAtMs.ToInstant(), r.CommandKey);

}
