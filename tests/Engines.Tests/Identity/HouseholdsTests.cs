using Danke.Engines.Identity;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Identity;

public sealed class HouseholdsTests
{
    private static readonly Gen<PointClaim[]> SomeClaims =
        from points in Gen.Choose(1, 12)
        from persons in Gen.Choose(2, 30)
        from claims in (from point in Gen.Choose(1, points) from person in Gen.Choose(1, persons) select new PointClaim(point, person)).ArrayOf()
        select claims;

    [Fact]
    public void They_are_the_connected_groups_of_up_to_eight_over_points_of_up_to_eight() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithEndSize(60),
        Prop.ForAll(Arb.From(SomeClaims), claims => Households.Of(claims).OrderBy(h => h.Key).SequenceEqual(Followed(claims).OrderBy(h => h.Key))));

    [Fact]
    public void The_order_of_claims_and_how_often_they_are_made_make_no_difference() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(60),
        Prop.ForAll(Arb.From(SomeClaims), claims =>
            Households.Of(claims).OrderBy(h => h.Key).SequenceEqual(Households.Of(claims.Reverse().Concat(claims.OrderBy(c => c.PersonId * 7 % 5))).OrderBy(h => h.Key))));

    [Fact]
    public void Whoever_shares_with_somebody_who_shares_is_of_the_household() =>
        Of((1, 20), (1, 10), (2, 10), (2, 30)).ShouldBe([(10, 10, 3), (20, 10, 3), (30, 10, 3)]);

    [Fact]
    public void What_eight_share_ties_them_and_what_nine_share_ties_nobody()
    {
        Of([.. Enumerable.Range(1, 8).Select(p => (1L, (long)p))]).Select(h => h.Size).ShouldBe(Enumerable.Repeat(8, 8));
        Of([.. Enumerable.Range(1, 9).Select(p => (1L, (long)p)), (2, 3), (2, 4)]).ShouldBe([(3, 3, 2), (4, 3, 2)]);
    }

    [Fact]
    public void More_than_eight_who_hang_together_are_no_household() =>
        Of([.. Enumerable.Range(1, 8).SelectMany(p => new[] { ((long)p, (long)p), ((long)p, (long)p + 1) }), (50, 70), (50, 71)]).ShouldBe([(70, 70, 2), (71, 70, 2)]);

    private static List<(long Person, long Id, int Size)> Of(params (long Point, long Person)[] claims) =>
        [.. Households.Of(claims.Select(c => new PointClaim(c.Point, c.Person))).OrderBy(h => h.Key).Select(h => (h.Key, h.Value.Id, h.Value.Size))];

    // From everybody over everything that they share, until nobody is new.
    private static Dictionary<long, Household> Followed(PointClaim[] claims)
    {
        var sharing = claims.GroupBy(c => c.Point).Select(p => p.Select(c => c.PersonId).ToHashSet()).Where(p => p.Count is > 1 and <= Households.Most).ToList();
        var found = new Dictionary<long, Household>();
        foreach (var person in claims.Select(c => c.PersonId).Distinct())
        {
            HashSet<long> group = [person];
            for (var before = 0; before != group.Count;)
            {
                before = group.Count;
                foreach (var point in sharing.Where(p => p.Overlaps(group))) group.UnionWith(point);
            }
            if (group.Count is > 1 and <= Households.Most) found[person] = new Household(group.Min(), group.Count);
        }
        return found;
    }
}
