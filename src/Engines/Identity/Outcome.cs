namespace Danke.Engines.Identity;

/// <summary>One identifier of an event.</summary>
public readonly record struct Seen(IdentifierState Identifier, bool Verified);

/// <summary>A link after an event, and what became of it.</summary>
/// <param name="Link">This observation alone, or all of them when they were loaded.</param>
/// <param name="IsObserved">The event itself shows it; else only its verdict changed.</param>
public readonly record struct LinkChange(Link Link, LinkVerdict Verdict, bool IsObserved);

/// <summary>What an event or a decision changes about who is who. Nothing is changed before it is applied.</summary>
public sealed class Outcome
{
    /// <summary>Whose the event is; below 0: somebody who does not exist yet.</summary>
    public long PersonId { get; set; }

    /// <summary>The identifier that the event came in by; null for a decision.</summary>
    public IdentifierState? Via { get; set; }

    /// <summary>Identifiers that change hands, or get somebody for the first time.</summary>
    public List<Assignment> Assignments { get; } = [];
    public List<Anchor> Anchors { get; } = [];
    public List<LinkChange> Links { get; } = [];

    /// <summary>Persons who end in another, each with where it ends. Numbers below 0 do not exist yet.</summary>
    public List<(long From, long To)> Merges { get; } = [];

    /// <summary>Identifiers that go from one person to another although the person goes on, <c>From</c> being where merges have brought it.</summary>
    public List<(long Key, long From, long To)> Moves { get; } = [];

    /// <summary>Former numbers that lead to another person than before: their anchors went there.</summary>
    public List<(long Number, long To)> Redirected { get; } = [];

    /// <summary>Former numbers that live again because their anchors left.</summary>
    public List<long> Revived { get; } = [];

    /// <summary>Persons who do not exist yet, as placeholders below 0, in the order of their making.</summary>
    public List<long> Born { get; } = [];

    /// <summary>Whether anything differs afterwards.</summary>
    public bool Changes => Assignments.Count > 0 || Anchors.Count > 0 || Links.Count > 0;

    /// <summary>Works out merges, moves and revivals from the assignments and anchors.</summary>
    internal void Conclude(IEnumerable<IdentifierState> around)
    {
        var anchorAfter = Anchors.Where(a => a.Number != 0).ToDictionary(a => a.Number, a => a.Identifier);
        var changed = Anchors.Select(a => a.Identifier).ToHashSet();
        var personAfter = Assignments.ToDictionary(a => a.Identifier, a => a.PersonId);
        long After(IdentifierState identifier) => personAfter.TryGetValue(identifier, out var person) ? person : identifier.PersonId;

        foreach (var identifier in around)
            if (identifier.AnchorOf != 0 && !changed.Contains(identifier)) anchorAfter.TryAdd(identifier.AnchorOf, identifier);
        var ends = new Dictionary<long, long>();
        foreach (var (number, anchor) in anchorAfter.OrderBy(a => a.Key))
        {
            var to = After(anchor);
            if (number < 0) Born.Add(number);
            else if (to != number) ends[number] = to;
        }
        Born.Sort((a, b) => b.CompareTo(a));
        var lived = around.Select(i => i.PersonId).Where(p => p != 0).ToHashSet();
        foreach (var (from, to) in ends.OrderBy(e => e.Key))
            if (lived.Contains(from)) Merges.Add((from, to));
            else if (anchorAfter[from].PersonId is var before && ends.GetValueOrDefault(before, before) != to) Redirected.Add((from, to));
        var lives = around.Select(After).ToHashSet();
        Revived.AddRange(anchorAfter.Keys.Where(n => n > 0 && lives.Contains(n) && !lived.Contains(n)).Order());
        foreach (var (identifier, to) in Assignments)
        {
            // From nobody and to nobody goes nothing: no event came in by it.
            if (identifier.PersonId == 0 || to == 0) continue;
            var from = ends.GetValueOrDefault(identifier.PersonId, identifier.PersonId);
            if (from != to) Moves.Add((identifier.Key, from, to));
        }
    }
}
