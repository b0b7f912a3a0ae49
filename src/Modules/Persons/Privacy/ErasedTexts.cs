using System.Text.Json;
using Danke.Contracts.Events;
using Danke.Engines.Identity;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Privacy;

namespace Danke.Persons.Privacy;

/// <summary>
/// Looks for erased persons in texts that could not be read: whatever in a text may be a value is hashed as an erased value was, and looked up.
/// A value that somebody is known by again is that somebody's.
/// </summary>
internal sealed class ErasedTexts(Vault vault) : IErasedTexts
{
    private sealed record Stone(long IdentifierKey, long ErasedAtMs);

    public async Task<IReadOnlyList<bool>> Suppress(BooksTransaction transaction, IReadOnlyList<(string Text, string Key)> texts, long nowMs)
    {
        var suppressed = new bool[texts.Count];
        if ((await transaction.Read("select 1 from erased_identifiers where value_key is not null limit 1", r => r.GetInt32(0))).Count == 0) return suppressed;
        var counts = new Dictionary<long, long>();
        for (var i = 0; i < texts.Count; i++)
        {
            if (await CoveredBy(transaction, texts[i].Text, texts[i].Key) is not { } key) continue;
            suppressed[i] = true;
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
        foreach (var (key, count) in counts.OrderBy(c => c.Key))
            await transaction.Execute("update erased_identifiers set suppressed = suppressed + @count, suppressed_at_ms = @now where identifier_key = @key", ("count", count), ("now", nowMs), ("key", key));
        return suppressed;
    }

    private async Task<long?> CoveredBy(BooksTransaction transaction, string text, string key)
    {
        var keys = TextValues.Of(text).Concat(TextValues.Of(key)).Select(vault.TombstoneOfValue).Distinct().ToArray();
        if (keys.Length == 0) return null;
        var stones = await transaction.Read("""
            select e.identifier_key, e.erased_at_ms from erased_identifiers e where e.value_key in ({keys})
              and not exists (select 1 from identifiers i where i.identifier_key = e.identifier_key and i.first_seen_ms > e.erased_at_ms) order by e.identifier_key
            """, r => new Stone(r.GetInt64(0), r.GetInt64(1)), ("keys", keys));
        var at = TimeOf(text);
        return stones.Find(s => at is null || at <= s.ErasedAtMs)?.IdentifierKey;
    }

    /// <summary>When the event happened, where at least that can be read.</summary>
    private static long? TimeOf(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("time", out var time) && time.ValueKind == JsonValueKind.String
                && Rfc3339.Read(System.Text.Encoding.UTF8.GetBytes(time.GetString()!), out var ms) == Rfc3339.Reading.Ok ? ms : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Whatever in a text may be the value of an identifier, as identifiers are normalised.</summary>
internal static class TextValues
{
    /// <summary>Shorter ones stand in too many texts that have nothing to do with a person.</summary>
    private const int Shortest = 4;

    private const int Longest = 256;

    /// <summary>A text of a hundred thousand words is no event; its beginning is looked at.</summary>
    private const int Most = 20_000;

    private static readonly NamespaceRule Phone = new("phone", 2) { Kind = ValueKind.Phone };
    private static readonly NamespaceRule Email = new("email", 5) { Kind = ValueKind.Email };

    public static IEnumerable<string> Of(string text)
    {
        var plain = Traces.Unescaped(text);
        return Words(plain, IsBetweenValues).Concat(Words(plain, IsBetweenWords)).Concat(Words(plain, c => !char.IsLetterOrDigit(c))).Concat(Numbers(plain)).Where(w => w.Length is >= Shortest and <= Longest).Take(Most).SelectMany(AsWritten).Distinct();
    }

    // What stands between two quotes may hold anything else.
    private static bool IsBetweenValues(char c) => c is '"' or '\'' or '\n' or '\r' or '\t' or ',' or ';' or '|';

    private static bool IsBetweenWords(char c) => char.IsWhiteSpace(c) || c is '"' or '\'' or ',' or ';' or '|' or '{' or '}' or '[' or ']' or '(' or ')' or '<' or '>' or '=' or '&' or ':' or '?' or '/' or '，' or '；' or '：';

    private static IEnumerable<string> Words(string text, Func<char, bool> isBetween)
    {
        var from = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && !isBetween(text[at])) continue;
            if (at > from) yield return text[from..at].Trim();
            from = at + 1;
        }
    }

    /// <summary>Runs of digits with what people write between them: 139-1234 5678.</summary>
    private static IEnumerable<string> Numbers(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsDigit(text[at]) && text[at] != '+') continue;
            var end = at + 1;
            while (end < text.Length && (char.IsDigit(text[end]) || (text[end] is ' ' or '-' or '(' or ')' or '.' && end + 1 < text.Length))) end++;
            yield return text[at..end].TrimEnd(' ', '-', '(', ')', '.');
            at = end;
        }
    }

    private static IEnumerable<string> AsWritten(string word)
    {
        yield return word;
        if (word.Contains('@') && IdentifierValue.Normalise(Email, word) is { } address) yield return address;
        if (word.Any(char.IsDigit) && IdentifierValue.Normalise(Phone, word) is { } number) yield return number;
    }
}
