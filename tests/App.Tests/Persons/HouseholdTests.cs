using System.Net;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Persons;

/// <summary>Who shares a phone with whom.</summary>
public sealed class HouseholdTests(Brand brand) : IClassFixture<Brand>
{
    [Theory, OnBothBooks]
    public async Task Three_members_of_one_phone_are_a_household_and_nobody_is_one_with_another(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = Phone("13800008001");
        var persons = new List<long>();
        for (var i = 0; i < 3; i++) persons.Add(await on.Happens(i, Join($"hh{i}"), new("member", "", $"hh{i}"), phone));
        var alone = await on.Happens(4, Join("hh-alone"), new("member", "", "hh-alone"), Phone("13800008002"));

        foreach (var person in persons)
        {
            var household = await on.Get($"persons/{person}/household");
            household.Items("members").Select(m => m.Number("person_id")).ShouldBe(persons.Where(p => p != person).Order());
            household.Items("members").ShouldAllBe(m => m.Items("shares").Single().Text("value")!.EndsWith("13800008001"));
        }
        (await on.Get($"persons/{alone}/household")).Items("members").ShouldBeEmpty();
        (await (await on.Analyst()).GetJson($"v1/persons/{persons[0]}/household")).Items("members")[0].Items("shares")[0].Text("value").ShouldBe("138****8001");
        (await on.Client.GetAsync("v1/persons/987654321/household").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_person");
    }

    [Theory, OnBothBooks]
    public async Task Who_was_merged_is_no_other_any_more(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = Phone("13800008011");
        var a = await on.Happens(0, Join("hm1"), new("member", "", "hm1"), phone);
        var b = await on.Happens(1, Join("hm2"), new("member", "", "hm2"), phone);
        (await on.Get($"persons/{a}/household")).Items("members").Single().Number("person_id").ShouldBe(b);

        (await on.Client.Post($"v1/persons/{a}/merge", new { other = b, reason = "one" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await on.Get($"persons/{a}/household")).Items("members").ShouldBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task A_phone_of_many_is_a_shops(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var persons = new List<long>();
        for (var i = 0; i < 9; i++) persons.Add(await on.Happens(i, Join($"hs{i}"), new("member", "", $"hs{i}"), Phone("13800008021")));

        (await on.Get($"persons/{persons[0]}/household")).Items("members").ShouldBeEmpty();
    }
}
