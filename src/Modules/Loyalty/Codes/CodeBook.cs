using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Loyalty.Codes;

/// <summary>What came of a code that was shown.</summary>
internal enum CodeVerdict { Accepted, Wrong, Over, Used, Locked }

/// <summary>
/// Accepts each code once. Of a card only the last accepted step is kept: as RFC 6238 says, nothing at or before it counts again. What was wrong is counted too,
/// so that guessing eight digits is hopeless: ten tries in five minutes, three codes of a hundred million each.
/// </summary>
internal sealed class CodeBook(BooksStore books, Vault vault, TimeProvider clock)
{
    private const int MostWrong = 10;
    private const long WrongForMs = 5 * 60_000;

    private sealed record Row(long LastStep, string UsedBy, long Wrong, long WrongFromMs);

    public byte[] DayKey(string program, long day) => vault.MemberCodeKey(program, day);

    /// <param name="request">Whose request it is, and its idempotency key: sent again, it hears the same.</param>
    public Task<CodeVerdict> Verify(string program, string digits, string card, string request, CancellationToken cancel) => books.Write(async t =>
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        // The row is there and locked before it is looked at: two tills never accept one code.
        await t.Execute("""
            insert into member_codes (program, card, last_step, used_by, used_at_ms, wrong, wrong_from_ms) values (@program, @card, 0, '', 0, 0, 0)
            on conflict (program, card) do nothing
            """, ("program", program), ("card", card));
        var row = (await t.Read("select last_step, used_by, wrong, wrong_from_ms from member_codes where program = @program and card = @card {for update}",
            r => new Row(r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3)), ("program", program), ("card", card)))[0];
        var isRecent = nowMs - row.WrongFromMs < WrongForMs;
        if (isRecent && row.Wrong >= MostWrong) return CodeVerdict.Locked;
        var step = MemberCode.StepOf(digits, card, nowMs, MemberCode.Remembered, day => DayKey(program, day));
        if (step is { } known && known <= row.LastStep) return known == row.LastStep && row.UsedBy == request ? CodeVerdict.Accepted : CodeVerdict.Used;
        if (step is { } right && Math.Abs(right - MemberCode.StepAt(nowMs)) <= MemberCode.Skew)
        {
            await t.Execute("update member_codes set last_step = @step, used_by = @by, used_at_ms = @now, wrong = 0 where program = @program and card = @card",
                ("step", right), ("by", request), ("now", nowMs), ("program", program), ("card", card));
            return CodeVerdict.Accepted;
        }
        await t.Execute("update member_codes set wrong = @wrong, wrong_from_ms = @from where program = @program and card = @card",
            ("wrong", isRecent ? row.Wrong + 1 : 1), ("from", isRecent ? row.WrongFromMs : nowMs), ("program", program), ("card", card));
        return step is null ? CodeVerdict.Wrong : CodeVerdict.Over;
    }, cancel);
}
