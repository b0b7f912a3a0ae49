using System.Collections.Concurrent;

namespace Danke.Engines.Matching.Fields;

/// <summary>Names and words of one field, each kept once: a file has few different ones.</summary>
internal sealed class Pool
{
    /// <summary>More are not kept: a reader may live long.</summary>
    private const int Most = 500_000;

    private readonly ConcurrentDictionary<string, Token> tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string, bool), NamePart> names = new();
    private int kept;

    public Token TokenOf(string text) => Kept(tokens, text, static text => new Token(text));

    public NamePart NameOf(string text, bool isSurname) => Kept(names, (text, isSurname), static name => new NamePart(name.Item1, name.Item2));

    private T Kept<TKey, T>(ConcurrentDictionary<TKey, T> known, TKey key, Func<TKey, T> make) where TKey : notnull
    {
        if (known.TryGetValue(key, out var found)) return found;
        if (kept >= Most) return make(key);
        Interlocked.Increment(ref kept);
        return known.GetOrAdd(key, make);
    }
}
