namespace Danke.Engines.Identity;

/// <summary>A person claims a contact point - a phone, an address - or has it.</summary>
/// <param name="Point">The contact point's identifier key.</param>
public readonly record struct PointClaim(long Point, long PersonId);

/// <summary>Persons who hang together by contact points that they share.</summary>
/// <param name="Id">The smallest number among them: it stays while they stay, in whatever order they came.</param>
/// <param name="Size">How many they are, two or more.</param>
public readonly record struct Household(long Id, int Size);

/// <summary>
/// Who lives together, as far as contact points tell: a function of the claims alone. Whoever shares a point is of one household, and so on from
/// point to point.
/// </summary>
public static class Households
{
    /// <summary>A point that more persons share is a shop's or an office's and ties nobody; a group of more that hangs together is no household.</summary>
    public const int Most = 8;

    /// <summary>The household of each person who has one; others are not among them. The order of the claims, and how often one is given, makes no difference.</summary>
    public static IReadOnlyDictionary<long, Household> Of(IEnumerable<PointClaim> claims)
    {
        var groups = new Groups();
        foreach (var sharing in Points(claims))
            for (var i = 1; i < sharing.Count; i++) groups.Unite(sharing[0], sharing[i]);
        return groups.Households();
    }

    // The persons of each point that ties.
    private static IEnumerable<IReadOnlyList<long>> Points(IEnumerable<PointClaim> claims)
    {
        var sorted = claims.ToArray();
        Array.Sort(sorted, static (a, b) => a.Point != b.Point ? a.Point.CompareTo(b.Point) : a.PersonId.CompareTo(b.PersonId));
        var sharing = new List<long>();
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1]) sharing.Add(sorted[i].PersonId);
            if (i + 1 < sorted.Length && sorted[i + 1].Point == sorted[i].Point) continue;
            if (sharing.Count is > 1 and <= Most) yield return sharing;
            sharing.Clear();
        }
    }

    // Of two that unite the smaller leads: who leads a whole group is its smallest.
    private sealed class Groups
    {
        private readonly Dictionary<long, long> leads = [];

        public void Unite(long a, long b)
        {
            (a, b) = (LeadOf(a), LeadOf(b));
            if (a != b) leads[Math.Max(a, b)] = Math.Min(a, b);
        }

        public Dictionary<long, Household> Households()
        {
            var households = new Dictionary<long, Household>();
            foreach (var group in leads.Keys.ToArray().GroupBy(LeadOf).Select(g => (Lead: g.Key, Persons: g.ToArray())).Where(g => g.Persons.Length <= Most))
                foreach (var person in group.Persons) households[person] = new Household(group.Lead, group.Persons.Length);
            return households;
        }

        private long LeadOf(long person)
        {
            leads.TryAdd(person, person);
            while (leads[person] is var next && next != person) person = leads[person] = leads[next];
            return person;
        }
    }
}
