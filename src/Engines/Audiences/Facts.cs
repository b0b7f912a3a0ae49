using System.Collections.Immutable;

namespace Danke.Engines.Audiences;

/// <summary>
/// What is known of one person, order, line, …: the values of the catalogue's fields and the elements of its collections. What is unknown is
/// the empty text, 0, no, or no moment.
/// </summary>
public interface IFacts
{
    string Text(string field);
    ImmutableArray<string> Texts(string field);
    long Number(string field);
    bool Flag(string field);

    /// <summary>Milliseconds since 1970 UTC; null when there is none.</summary>
    long? Instant(string field);

    IReadOnlyList<IFacts> Items(string collection);

    /// <summary>When an element of a timed collection happened, milliseconds since 1970 UTC.</summary>
    long AtMs { get; }

    /// <summary>What to call it as evidence: an order's or interaction's id.</summary>
    string Key { get; }
}

/// <summary>Facts by name.</summary>
public sealed record Facts : IFacts
{
    public string Key { get; init; } = "";
    public long AtMs { get; init; }
    public ImmutableDictionary<string, string> TextValues { get; init; } = ImmutableDictionary<string, string>.Empty;
    public ImmutableDictionary<string, ImmutableArray<string>> TextsValues { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;
    public ImmutableDictionary<string, long> NumberValues { get; init; } = ImmutableDictionary<string, long>.Empty;
    public ImmutableDictionary<string, long> InstantValues { get; init; } = ImmutableDictionary<string, long>.Empty;
    public ImmutableHashSet<string> Flags { get; init; } = [];
    public ImmutableDictionary<string, ImmutableArray<Facts>> Collections { get; init; } = ImmutableDictionary<string, ImmutableArray<Facts>>.Empty;

    public string Text(string field) => TextValues.GetValueOrDefault(field, "");
    public ImmutableArray<string> Texts(string field) => TextsValues.GetValueOrDefault(field, []);
    public long Number(string field) => NumberValues.GetValueOrDefault(field);
    public bool Flag(string field) => Flags.Contains(field);
    public long? Instant(string field) => InstantValues.TryGetValue(field, out var at) ? at : null;
    public IReadOnlyList<IFacts> Items(string collection) => Collections.GetValueOrDefault(collection, []);
}
