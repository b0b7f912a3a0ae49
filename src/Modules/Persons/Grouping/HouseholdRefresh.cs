using System.Globalization;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Persons.Linking;
using Danke.Platform.Books;

namespace Danke.Persons.Grouping;

/// <summary>
/// Finds all households anew from the links and hands what is different to the Door. What is kept follows from the links alone, whatever happened in
/// between: a look that was missed, broken off or made by two nodes at once is made good by the next.
/// </summary>
internal sealed class HouseholdRefresh(BooksStore books, LiveIdentityRules live, IDoor door, TimeProvider clock) : IHouseholds
{
    /// <summary>In one command: few enough for a transaction that nobody waits for.</summary>
    private const int AtOnce = 500;

    // Who claims a contact point that a link to was dropped, and who has it.
    private const string Claims = """
        with dropped as (
          select low_key as point, high_key as other from links where dropped_rule is not null
          union all select high_key, low_key from links where dropped_rule is not null)
        select d.point, i.person_id from dropped d join identifiers p on p.identifier_key = d.point join identifiers i on i.identifier_key = d.other
        where p.namespace in ({set:contacts:text}) and i.person_id <> 0
        union
        select d.point, p.person_id from dropped d join identifiers p on p.identifier_key = d.point
        where p.namespace in ({set:contacts:text}) and p.person_id <> 0
        """;

    /// <summary>How long the last look took, without what was waited for at the Door.</summary>
    public TimeSpan Looked { get; private set; }

    public async Task<int> Refresh(CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        var kept = await books.Read("select person_id, household_id, size from households", r => new HouseholdRow(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), [], cancel);
        var changed = Changed(kept, await Found(cancel));
        Looked = clock.GetElapsedTime(began);
        var (run, now) = (Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var (n, some) in changed.Chunk(AtOnce).Index())
        {
            cancel.ThrowIfCancellationRequested();
            // One by one: each a transaction that waits for room at the Door.
            await door.SubmitMany([new Command
            {
                Source = Sources.Operator,
                Id = string.Create(CultureInfo.InvariantCulture, $"households/{run:N}/{n}"),
                AtMs = now,
                Channel = "danke",
                Body = new HouseholdsChanged([.. some]),
            }], cancel);
        }
        return changed.Count;
    }

    private async Task<IReadOnlyDictionary<long, Household>> Found(CancellationToken cancel)
    {
        var rules = await live.Refresh(books, cancel);
        var contacts = rules.Namespaces.Where(n => n.IsContact).Select(n => n.Name).ToArray();
        return Households.Of(await books.Read(Claims, r => new PointClaim(r.GetInt64(0), r.GetInt64(1)), [("contacts", contacts)], cancel));
    }

    private static List<HouseholdRow> Changed(List<HouseholdRow> kept, IReadOnlyDictionary<long, Household> found)
    {
        var before = kept.ToDictionary(r => r.PersonId);
        var without = kept.Where(r => !found.ContainsKey(r.PersonId)).Select(r => new HouseholdRow(r.PersonId, 0, 0));
        return [.. found.Select(f => new HouseholdRow(f.Key, f.Value.Id, f.Value.Size)).Where(r => before.GetValueOrDefault(r.PersonId) != r).Concat(without).OrderBy(r => r.PersonId)];
    }
}
