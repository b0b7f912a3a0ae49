using System.Collections.Immutable;

namespace Danke.Engines.Demo;

/// <summary>Members of the demo brand who live together, by the generator's own count.</summary>
public static class DemoFamilies
{
    /// <summary>The card number of a member, counted in the order of arrival from 0.</summary>
    public static string CardOf(DemoPlan plan, long member) => new Persona(plan, member, isMember: true).Card;

    /// <summary>The card numbers of each family of two or more, whose phone it is first; as many families as asked for, in the order of arrival.</summary>
    public static IEnumerable<ImmutableArray<string>> Of(DemoPlan plan, int most)
    {
        var families = new Dictionary<long, List<string>>();
        // A household is within a block of a hundred and twenty: so many blocks as families are enough.
        for (var number = 0L; number < Math.Min(plan.Members, 120L * most); number++)
        {
            var persona = new Persona(plan, number, isMember: true);
            if (!families.TryGetValue(persona.Household, out var cards)) families[persona.Household] = cards = [];
            cards.Add(persona.Card);
        }
        return families.Where(f => f.Value.Count > 1).OrderBy(f => f.Key).Take(most).Select(f => f.Value.ToImmutableArray());
    }
}
