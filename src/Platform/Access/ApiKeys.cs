using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Platform.Access;

/// <summary>A program's key as it is kept: without the key.</summary>
/// <param name="Hint">The key's last four characters, to tell which one it is.</param>
public sealed record ApiKey(
    long ApiKeyId, string Name, string Hint, string[] Scopes, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? UsedAt, DateTimeOffset? RevokedAt);

/// <summary>Makes keys and finds who they belong to. 256 random bits need no slow hash: SHA-256 is enough.</summary>
public static class ApiKeys
{
    public const string Prefix = "dk_";

    internal static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Makes a key. What is answered is the only copy of it.</summary>
    public static async Task<(long Id, string Key)> Add(BooksTransaction books, string name, IReadOnlyCollection<string> scopes, Caller by, long nowMs)
    {
        var key = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var id = await Sequences.TakeRange(books, "api_key", 1);
        await books.Execute("""
            insert into api_keys (api_key_id, name, key_hash, hint, scopes, created_at_ms, created_by) values (@id, @name, @hash, @hint, @scopes, @now, @by)
            """, ("id", id), ("name", name), ("hash", HashOf(key)), ("hint", key[^4..]), ("scopes", JsonSerializer.Serialize(scopes)), ("now", nowMs), ("by", by.Actor));
        return (id, key);
    }

    /// <summary>False when there is none or it was revoked before.</summary>
    internal static async Task<bool> Revoke(BooksTransaction books, long id, long nowMs) =>
        await books.Execute("update api_keys set revoked_at_ms = @now where api_key_id = @id and revoked_at_ms is null", ("now", nowMs), ("id", id)) == 1;

    internal static Task<List<ApiKey>> All(BooksStore books) => books.Read("""
        select api_key_id, name, hint, scopes, created_at_ms, created_by, used_at_ms, revoked_at_ms from api_keys order by api_key_id desc
        """, From);

    internal static async Task<(long Id, string[] Scopes)?> Find(BooksStore books, byte[] keyHash)
    {
        var found = await books.Read("select api_key_id, scopes from api_keys where key_hash = @hash and revoked_at_ms is null",
            r => (r.GetInt64(0), JsonSerializer.Deserialize<string[]>(r.GetString(1))!), [("hash", keyHash)]);
        return found.Count == 1 ? found[0] : null;
    }

    private static ApiKey From(DbDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), JsonSerializer.Deserialize<string[]>(row.GetString(3))!,
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), row.GetString(5), At(row.LongOrNull(6)), At(row.LongOrNull(7)));

    private static DateTimeOffset? At(long? ms) => ms is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
