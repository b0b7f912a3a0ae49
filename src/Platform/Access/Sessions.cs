using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Danke.Platform.Books;

namespace Danke.Platform.Access;

/// <summary>A signed-in person. The token is only in the cookie; the Books hold its hash.</summary>
internal sealed record Session(string Token, string UserName)
{
    /// <summary>What unsafe requests must carry as X-CSRF-Token: only a page that may read our answers can know it.</summary>
    public string Csrf { get; } = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes("csrf:" + Token)));
}

/// <summary>Sessions in the Books: deleting a row signs out, at once and on every node within the caches' seconds.</summary>
internal static class Sessions
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);
    public static readonly TimeSpan LongestIdle = TimeSpan.FromHours(12);

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public static async Task<Session> Begin(BooksTransaction books, string user, long nowMs)
    {
        var session = new Session(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)), user);
        await books.Execute("delete from sessions where expires_at_ms < @now or seen_at_ms < @idle", ("now", nowMs), ("idle", nowMs - (long)LongestIdle.TotalMilliseconds));
        await books.Execute("""
            insert into sessions (token_hash, user_name, created_at_ms, seen_at_ms, expires_at_ms) values (@hash, @user, @now, @now, @expires)
            """, ("hash", HashOf(session.Token)), ("user", user), ("now", nowMs), ("expires", nowMs + (long)Longest.TotalMilliseconds));
        return session;
    }

    /// <summary>The user of a session that is alive and not disabled.</summary>
    public static async Task<User?> UserOf(BooksStore books, byte[] tokenHash, long nowMs)
    {
        var names = await books.Read("""
            select user_name from sessions where token_hash = @hash and expires_at_ms > @now and seen_at_ms > @idle
            """, r => r.GetString(0), [("hash", tokenHash), ("now", nowMs), ("idle", nowMs - (long)LongestIdle.TotalMilliseconds)]);
        return names.Count == 1 && await Users.Find(books, names[0]) is { Disabled: false } user ? user : null;
    }

    public static Task End(BooksTransaction books, byte[] tokenHash) => books.Execute("delete from sessions where token_hash = @hash", ("hash", tokenHash));

    public static Task EndAllOf(BooksTransaction books, string user) => books.Execute("delete from sessions where user_name = @user", ("user", user));
}
