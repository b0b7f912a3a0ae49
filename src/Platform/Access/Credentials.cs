using System.Collections.Concurrent;
using Danke.Platform.Books;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Danke.Platform.Access;

/// <summary>
/// Who a key or a session token belongs to. Remembered for a few seconds, so that a stream of requests costs one look-up; a change on
/// this node forgets at once, one on another node shows within <see cref="Remembered"/>. Once a minute it notes which were used.
/// </summary>
internal sealed class Credentials(BooksStore books, TimeProvider clock, ILogger<Credentials> log) : BackgroundService
{
    public static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NotedEvery = TimeSpan.FromMinutes(1);

    /// <summary>More than any installation has in use at once; past it all is forgotten and looked up again.</summary>
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, long> usedKeys = new();
    private readonly ConcurrentDictionary<string, long> usedSessions = new(StringComparer.Ordinal);

    private sealed record Known(Caller? Caller, long UntilMs);

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The program that holds the key; null when unknown or revoked.</summary>
    public async ValueTask<Caller?> OfKey(string key)
    {
        var hash = ApiKeys.HashOf(key);
        var caller = await Remember("key:" + Convert.ToHexString(hash), async () =>
            await ApiKeys.Find(books, hash) is var (id, scopes) ? new Caller(CallerKind.Key, $"key:{id}", scopes) { KeyId = id } : null);
        if (caller is not null) usedKeys[caller.KeyId] = NowMs;
        return caller;
    }

    /// <summary>The person who is signed in with the token; null when signed out, expired or disabled.</summary>
    public async ValueTask<Caller?> OfSession(string token)
    {
        var hash = Sessions.HashOf(token);
        var id = Convert.ToHexString(hash);
        var caller = await Remember("session:" + id, async () => await Sessions.UserOf(books, hash, NowMs) is { } user ? CallerOf(user, new Session(token, user.Name)) : null);
        if (caller is not null) usedSessions[id] = NowMs;
        return caller;
    }

    public static Caller CallerOf(User user, Session session) =>
        new(CallerKind.Person, "user:" + user.Name, user.MustChangePassword ? [] : Roles.ScopesOf.GetValueOrDefault(user.Role, []))
        {
            Session = session,
            MustChangePassword = user.MustChangePassword,
        };

    /// <summary>After a change to users, sessions or keys.</summary>
    public void Forget() => known.Clear();

    private async ValueTask<Caller?> Remember(string id, Func<Task<Caller?>> find)
    {
        if (known.TryGetValue(id, out var remembered) && remembered.UntilMs > NowMs) return remembered.Caller;
        var caller = await find();
        if (known.Count >= MostRemembered) known.Clear();
        // Who is not known is asked again: the key may be made the next moment.
        if (caller is not null) known[id] = new Known(caller, NowMs + (long)Remembered.TotalMilliseconds);
        return caller;
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(NotedEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping)) await NoteUse();
        }
        catch (OperationCanceledException)
        {
            await NoteUse();
        }
    }

    private async Task NoteUse()
    {
        if (usedKeys.IsEmpty && usedSessions.IsEmpty) return;
        try
        {
            await books.Write(async t =>
            {
                foreach (var id in usedKeys.Keys)
                    if (usedKeys.TryRemove(id, out var at)) await t.Execute("update api_keys set used_at_ms = @at where api_key_id = @id", ("at", at), ("id", id));
                foreach (var id in usedSessions.Keys)
                    if (usedSessions.TryRemove(id, out var at))
                        await t.Execute("update sessions set seen_at_ms = @at where token_hash = @hash", ("at", at), ("hash", Convert.FromHexString(id)));
            });
        }
        catch (Exception error)
        {
            // When a key was used last is good to know, not worth stopping for.
            log.LogWarning(error, "Could not note which keys and sessions were used");
        }
    }
}
