using Danke.Platform.Books;

namespace Danke.Platform.Access;

/// <summary>
/// Lock-out by user name and by address. A try is counted before the password is looked at, in one statement, so that tries in
/// parallel cannot slip through; a success takes the user's count back. Names that do not exist are locked alike.
/// </summary>
internal sealed class SignInTries(BooksStore books, TimeProvider clock)
{
    public const int FreeTriesOfUser = 5;

    /// <summary>An office may be one address with many people.</summary>
    public const int FreeTriesOfAddress = 30;

    /// <summary>Each failure from the last free try on locks twice as long as the one before, up to the longest.</summary>
    private static readonly TimeSpan FirstLock = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLock = TimeSpan.FromHours(1);

    /// <summary>After so long without a try the count begins anew.</summary>
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromHours(24);

    /// <summary>Counts one try; answers how long to wait when it is one too many, and then the password must not be looked at.</summary>
    public Task<TimeSpan?> Count(string userName, string address) => books.Write(async t =>
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await t.Execute("delete from sign_in_tries where last_at_ms < @old and locked_until_ms < @now", ("old", now - (long)ForgottenAfter.TotalMilliseconds), ("now", now));
        var user = await Count(t, UserSubject(userName), FreeTriesOfUser, now);
        var place = await Count(t, "address:" + address, FreeTriesOfAddress, now);
        var until = Math.Max(user, place);
        return until > now ? TimeSpan.FromMilliseconds(until - now) : (TimeSpan?)null;
    });

    /// <summary>The password was right: this user's earlier tries do not count any more, nor does this one for the address.</summary>
    public static async Task Clear(BooksTransaction t, string userName, string address)
    {
        await t.Execute("delete from sign_in_tries where subject = @subject", ("subject", UserSubject(userName)));
        await t.Execute("update sign_in_tries set failed = failed - 1, locked_until_ms = 0 where subject = @subject and failed > 0", ("subject", "address:" + address));
    }

    // What is typed into the name field may be a password: only names that could exist are kept.
    private static string UserSubject(string name) => "user:" + (UserEndpoints.IsName(name) ? name : "?");

    /// <summary>
    /// Answers until when the subject is locked; a try while locked is not counted. The last free try, and each one after a lock, locks
    /// for those that follow - before its own password is looked at; a right one takes the lock away again.
    /// </summary>
    private static async Task<long> Count(BooksTransaction t, string subject, int free, long now)
    {
        var (failed, locked) = (await t.Read("""
            insert into sign_in_tries (subject, failed, last_at_ms, locked_until_ms) values (@subject, 1, @now, 0)
            on conflict (subject) do update set
              failed = sign_in_tries.failed + (case when sign_in_tries.locked_until_ms > @now then 0 else 1 end),
              last_at_ms = @now
            returning failed, locked_until_ms
            """, r => (r.GetInt64(0), r.GetInt64(1)), ("subject", subject), ("now", now)))[0];
        if (locked > now || failed < free) return locked;
        var minutes = Math.Min(LongestLock.TotalMinutes, FirstLock.TotalMinutes * Math.Pow(2, Math.Min(failed - free, 20)));
        await t.Execute("update sign_in_tries set locked_until_ms = @until where subject = @subject",
            ("until", now + (long)TimeSpan.FromMinutes(minutes).TotalMilliseconds), ("subject", subject));
        return 0;
    }
}
