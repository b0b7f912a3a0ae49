using System.Buffers.Text;
using System.Globalization;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Points;
using Danke.Loyalty.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Codes;

/// <summary>
/// Rotating codes for members' cards: keys for the member's phone, keys of the day for tills that must work without the network, and the
/// verification at a till that has it. What protects what: docs/loyalty.md, "Member code".
/// </summary>
internal static class MemberCodeEndpoints
{
    private const int MostDays = 7;
    private const int MostTillDays = 3;

    /// <param name="Code">The code of this moment, as the QR picture has it.</param>
    /// <param name="At">This moment, by the server's clock: how long the code is still shown, whatever the asker's clock says.</param>
    /// <param name="Keys">What the phone makes codes with: RFC 6238, HMAC-SHA256, over the day's key.</param>
    public sealed record CodeView(long PersonId, string Program, string Card, string Code, DateTimeOffset At, DateTimeOffset CodeUntil, int StepSeconds, int Digits, IReadOnlyList<DayKeyView> Keys);

    /// <param name="Key">32 bytes, base64url.</param>
    public sealed record DayKeyView(DateTimeOffset From, DateTimeOffset Until, string Key);

    /// <param name="Keys">The program's keys: a card's is HMAC-SHA256 of the card's number under it.</param>
    public sealed record TillKeysView(string Program, int StepSeconds, int Digits, int Skew, IReadOnlyList<DayKeyView> Keys);

    /// <param name="Code">As read from the picture or typed: DK1:DIGITS:CARD.</param>
    /// <param name="Program">Left out: the default program.</param>
    public sealed record VerifyBody(string Code, string? Program = null);

    /// <param name="PointsSpendable">Negative: a debt.</param>
    public sealed record VerifiedView(long PersonId, string? Name, string Program, string Card, string Tier, string TierTitle, long PointsSpendable, long PointsPending, DateTimeOffset At);

    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapPost("/persons/{id:long}/member-codes", Issue).RequireScope(Scopes.LoyaltyWrite).WithTags("Persons")
            .WithSummary("The member's code of this moment, and the keys with which the member's own phone makes those of the next days.").Produces<CodeView>();
        v1.MapGet("/loyalty/code-keys", TillKeys).RequireScope(Scopes.LoyaltyWrite).WithTags("Loyalty")
            .WithSummary("Keys of the day for tills that verify without the network. In the audit log.").Produces<TillKeysView>();
        v1.MapPost("/loyalty/codes/verify", Verify).RequireScope(Scopes.LoyaltyWrite).WithTags("Loyalty")
            .WithSummary("Who shows the code: member, balance, tier. A code counts once; the same request with the same Idempotency-Key hears the same.").Produces<VerifiedView>();
    }

    private static async Task<IResult> Issue(
        long id, string? program, int? days, HttpContext context, BooksStore books, IPersonDirectory directory, LivePrograms programs, CodeBook codes, TimeProvider clock, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } person) return Problem.NotFound("no_such_person", $"There is no person {id}.");
        var name = string.IsNullOrEmpty(program) ? ProgramBook.DefaultName : program;
        if (await programs.Find(name, cancel) is null) return Problem.NotFound("no_such_program", $"There is no live program '{name}'.");
        if (await PointsEndpoint.Find(books, person, name, cancel) is not { IsActive: true } member) return Problem.NotFound("not_a_member", "The person is no active member of the program.");
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var step = MemberCode.StepAt(nowMs);
        var keys = Days(step, days, MostDays).Select(day => View(day, MemberCode.CardKey(codes.DayKey(name, day), member.Card))).ToList();
        var digits = MemberCode.DigitsOf(MemberCode.CardKey(codes.DayKey(name, MemberCode.DayOf(step)), member.Card), step);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Ok(new CodeView(person, name, member.Card, MemberCode.Write(digits, member.Card), DateTimeOffset.FromUnixTimeMilliseconds(nowMs), DateTimeOffset.FromUnixTimeSeconds((step + 1) * MemberCode.StepSeconds),
            MemberCode.StepSeconds, MemberCode.Digits, keys));
    }

    private static async Task<IResult> TillKeys(string? program, int? days, HttpContext context, LivePrograms programs, CodeBook codes, Audit audit, TimeProvider clock, CancellationToken cancel)
    {
        var name = string.IsNullOrEmpty(program) ? ProgramBook.DefaultName : program;
        if (await programs.Find(name, cancel) is null) return Problem.NotFound("no_such_program", $"There is no live program '{name}'.");
        var keys = Days(MemberCode.StepAt(clock.GetUtcNow().ToUnixTimeMilliseconds()), days, MostTillDays).Select(day => View(day, codes.DayKey(name, day))).ToList();
        await audit.Record(context.Caller(), "code_keys.taken", $"program/{name}", after: new { days = keys.Count });
        context.Response.Headers.CacheControl = "no-store";
        return Results.Ok(new TillKeysView(name, MemberCode.StepSeconds, MemberCode.Digits, MemberCode.Skew, keys));
    }

    private static IEnumerable<long> Days(long step, int? asked, int most) => Enumerable.Range(0, Math.Clamp(asked ?? 1, 1, most)).Select(i => MemberCode.DayOf(step) + i);

    private static DayKeyView View(long day, byte[] key) => new(MemberCode.StartOf(day), MemberCode.StartOf(day + 1), Base64Url.EncodeToString(key));

    private static async Task<IResult> Verify(VerifyBody body, HttpContext context, BooksStore books, IEnumerable<IPersonFacet<PersonLabel>> labels, LivePrograms programs, CodeBook codes,
        DirectCommands commands, TimeProvider clock, CancellationToken cancel)
    {
        var name = string.IsNullOrEmpty(body.Program) ? ProgramBook.DefaultName : body.Program;
        if (await programs.Find(name, cancel) is not { } program) return Problem.NotFound("no_such_program", $"There is no live program '{name}'.");
        if (MemberCode.Read(body.Code) is not var (digits, card)) return Problem.Unacceptable("code_malformed", "This is no member code: DK1:8 digits:card number.");
        if (commands.IdOf(context, out var problem, needsKey: false) is not { } request) return problem!;
        // A card that is nobody's is refused like a wrong code, and leaves no row.
        if (await MemberOf(books, card, name, cancel) is not { } member) return Problem.Unacceptable("code_wrong", "The code is not right. Ask for the present one.");
        return await codes.Verify(name, digits, card, request, cancel) switch
        {
            CodeVerdict.Accepted => Results.Ok(await Shown(member, program, card, context, labels.FirstOrDefault(), clock, cancel)),
            CodeVerdict.Over => Problem.Unacceptable("code_over", string.Create(CultureInfo.InvariantCulture, $"The code's time is over: it changes every {MemberCode.StepSeconds} seconds. Ask for the present one; if it is, the phone's clock is wrong.")),
            CodeVerdict.Used => Problem.Conflict("code_used", "The code was used already. The next comes within half a minute."),
            CodeVerdict.Locked => Problem.Of(StatusCodes.Status429TooManyRequests, "code_locked", "Too many wrong codes were shown for this card. Try again in five minutes."),
            _ => Problem.Unacceptable("code_wrong", "The code is not right. Ask for the present one."),
        };
    }

    // A card of a membership that ended in another is still its member's.
    private static async Task<MembershipRow?> MemberOf(BooksStore books, string card, string program, CancellationToken cancel)
    {
        var row = (await books.Read(MembershipRow.Select + " where card = @card and program = @program", MembershipRow.Read, [("card", card), ("program", program)], cancel)).FirstOrDefault();
        if (row is { IsMerged: true, MergedInto: { } into }) row = await PointsEndpoint.Find(books, into, program, cancel);
        return row is { IsActive: true } ? row : null;
    }

    private static async Task<VerifiedView> Shown(MembershipRow member, LoyaltyProgram program, string card, HttpContext context, IPersonFacet<PersonLabel>? labels, TimeProvider clock, CancellationToken cancel)
    {
        var label = labels is null ? null : (await labels.Of([member.PersonId], cancel)).GetValueOrDefault(member.PersonId);
        return new VerifiedView(member.PersonId, label is null ? null : context.MayReveal() ? label.Name : Vault.Mask("name", label.Name), program.Name, card, member.Tier, program.Tier(member.Tier).Title,
            member.Spendable, member.Pending, clock.GetUtcNow());
    }
}
