using System.Globalization;
using System.Net;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Persons;

public sealed class SearchTests(Brand brand) : IClassFixture<Brand>
{
    private static async Task<List<long>> Find(BrandOn on, string typed) => (await on.Get("persons?q=" + Uri.EscapeDataString(typed))).Ids();

    [Theory]
    [OnBothBooks("13800001001")]
    [OnBothBooks("+86 138-0000-1001")]
    [OnBothBooks("１３８００００１００１")]
    [OnBothBooks("Ann.Search@Example.com")]
    [OnBothBooks("AAH-ann-1")]
    [OnBothBooks("  AAH-ann-1 ")]
    [OnBothBooks("CARD-ANN-1")]
    [OnBothBooks("安 一一")]
    [OnBothBooks("T-ann-1")]
    public async Task A_person_is_found_by_the_whole_of_anything_she_is_known_by(Dialect dialect, string typed)
    {
        var on = await brand.On(dialect);
        var ann = await on.Happens(0, new MemberJoined("", "CARD-ANN-1", new Profile { Name = "安一一" }), Phone("13800001001"), Ouid("AAH-ann-1"), new Identifier("email", "", "ann.search@example.com"));
        await on.Happens(1, "store", Order($"T-ann-{ann}", OrderStep.Paid, 100), Phone("13800001001"));
        await on.Happens(0, new MemberJoined("", null, new Profile { Name = "别人" }), Phone("13800001999"));

        (await Find(on, typed.Replace("T-ann-1", $"T-ann-{ann}"))).ShouldBe([ann]);
        // A part of it finds nobody: values are not kept in a way that could be searched by parts.
        (await Find(on, typed.Trim()[..^1] + "~")).ShouldBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task A_person_is_found_by_number_and_by_the_card_that_Danke_gave(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800001002"));
        var card = (await on.Get($"persons/{person}")).GetProperty("membership").Text("card")!;

        (await Find(on, $"#{person}")).ShouldBe([person]);
        (await Find(on, person.ToString(CultureInfo.InvariantCulture))).ShouldContain(person);
        (await Find(on, card)).ShouldBe([person]);
        (await Find(on, "#999999999999")).ShouldBeEmpty();
        (await Find(on, "#99999999999999999999999999")).ShouldBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task Old_numbers_and_cards_find_who_they_are_now(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var first = await on.Happens(0, Join(), Phone("13800001003"));
        var second = await on.Happens(0, Join("CARD-OLD-3"), Ouid("AAH-3"));
        second.ShouldNotBe(first);
        await on.Happens(1, new InteractionHappened("page.view", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty), Phone("13800001003"), Ouid("AAH-3"));

        // The number of who has a card is kept.
        (await Find(on, $"#{first}")).ShouldBe([second]);
        (await Find(on, "CARD-OLD-3")).ShouldBe([second]);
        (await Find(on, "AAH-3")).ShouldBe([second]);
    }

    [Theory, OnBothBooks]
    public async Task All_who_have_a_name_are_found_by_it(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var one = await on.Happens(0, new MemberUpdated(new Profile { Name = "Wang Er" }), Phone("13800001004"));
        var two = await on.Happens(5, new MemberUpdated(new Profile { Name = "wanger" }), Phone("13800001005"));

        var page = await on.Get("persons?q=WANG%20ER");

        page.Ids().ShouldBe([two, one]);
        page.Number("total").ShouldBe(2);
    }

    [Theory]
    [OnBothBooks("' or 1=1 --")]
    [OnBothBooks("\"; drop table persons; --")]
    [OnBothBooks("%")]
    [OnBothBooks("_")]
    [OnBothBooks("*")]
    [OnBothBooks("138****1001")]
    [OnBothBooks("{keys}")]
    [OnBothBooks("@keys")]
    [OnBothBooks("#")]
    [OnBothBooks("#-1")]
    [OnBothBooks("${{7*7}}")]
    [OnBothBooks("null")]
    public async Task What_is_no_value_finds_nobody_and_breaks_nothing(Dialect dialect, string typed)
    {
        var on = await brand.On(dialect);
        await on.Happens(0, Join(), Phone("13800001006"));

        (await Find(on, typed)).ShouldBeEmpty();
        (await Find(on, typed + new string('x', 1_000))).ShouldBeEmpty();
        (await on.Get("orders?q=" + Uri.EscapeDataString(typed))).Items().ShouldBeEmpty();
        foreach (var parameter in new[] { "tier", "channel", "city", "province", "program" })
            (await on.Get($"persons?{parameter}={Uri.EscapeDataString(typed)}{(parameter == "program" ? "&member=true" : "")}")).Items().ShouldBeEmpty();
        (await on.Get("persons?q=13800001006")).Ids().Count.ShouldBe(1);
    }

    [Theory, OnBothBooks]
    public async Task A_text_that_no_database_takes_is_refused_everywhere(Dialect dialect)
    {
        var on = await brand.On(dialect);
        foreach (var path in new[] { "persons?q=%00", "persons?q=T1%00", "persons?city=a%00b", "persons?tier=%00", "orders?q=%00", "orders?channel=%00" })
            (await on.Client.GetAsync("v1/" + path).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_text", path);
    }

    [Theory, OnBothBooks]
    public async Task A_value_in_a_scope_that_was_new_a_moment_ago_is_found(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), new Identifier("pos_id", "a new till", "P-7"));

        (await Find(on, "P-7")).ShouldBe([person]);
    }
}
