using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using Shouldly;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Door;

/// <summary>Two nodes on one PostgreSQL unite persons at the same time: nothing is lost, and everybody is one.</summary>
public sealed class TwoNodesTests
{
    private const int Rounds = 1_000;
    private const int AtOnce = 25;

    [Fact]
    public async Task Merges_from_two_nodes_lose_nothing_and_make_no_cycle()
    {
        await using var one = await DoorHarness.New(Dialect.Postgres);
        await using var other = one.AnotherNode();
        Identifier Id(string name, int round) => new("tmall_ouid", name, $"{name}{round}");
        for (var from = 0; from < Rounds; from += AtOnce)
        {
            var rounds = Enumerable.Range(from, AtOnce).ToList();
            await one.Apply([.. rounds.SelectMany(r => new[] { "a", "b", "c" }.Select(n => Event($"{n}{r}", 0, View, Id(n, r))))]);
            // A is B, and B is C, said on different nodes in the same moment.
            await Task.WhenAll(
                one.ApplyWithRetries([.. rounds.Select(r => Event($"ab{r}", 1, View, Id("a", r), Id("b", r)))]),
                other.ApplyWithRetries([.. rounds.Select(r => Event($"bc{r}", 1, View, Id("b", r), Id("c", r)))]));
        }

        (await one.Number("select count(*) from persons where state = 'active'")).ShouldBe(Rounds);
        (await one.Number("select count(*) from interactions")).ShouldBe(Rounds * 5);
        (await one.Number("select count(*) from person_aliases where to_person in (select from_person from person_aliases)")).ShouldBe(0);
        (await one.Number("select count(*) from person_aliases")).ShouldBe(Rounds * 2);
        (await one.Number("select count(*) from interactions t join identifiers i on i.identifier_key = t.via_key where t.person_id <> i.person_id")).ShouldBe(0);
        (await one.Number("select count(*) from (select value_cipher from identifiers) x")).ShouldBe(Rounds * 3);
    }

    private static readonly InteractionHappened View = new("page.view", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty);
}
