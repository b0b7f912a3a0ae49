using System.Net;
using System.Net.Http.Json;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

public sealed class RedemptionTests(Brand brand) : IClassFixture<Brand>
{
    private static Task<HttpResponseMessage> Send(HttpClient client, string path, object body, string? key) =>
        client.Post($"v1/points/{path}", body, key);

    private static object By(string phone, long points) => new { points, identifiers = new[] { new { @namespace = "phone", value = phone } } };

    [Theory, OnBothBooks]
    public async Task A_list_of_identifiers_with_nothing_in_it_is_refused_in_words(Dialect dialect)
    {
        var on = await brand.On(dialect);
        foreach (var path in (string[])["v1/points/redemptions", "v1/points/reservations", "v1/loyalty/benefits/use", "v1/loyalty/quotes"])
            (await on.Client.Post(path, new { points = 5, benefit = "any", lines = new[] { new { sku = "a", amount_minor = 100 } }, identifiers = new object?[] { null } }, $"null-{path}")
                .ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid", path);
    }

    [Theory, OnBothBooks]
    public async Task A_till_redeems_by_phone_and_hears_the_same_twice(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800007001"));
        await on.Happens(1, Adjust(100), Phone("13800007001"));

        var first = await Send(on.Client, "redemptions", By("13800007001", 80), $"{person}-1").Json();
        var again = await Send(on.Client, "redemptions", By("13800007001", 80), $"{person}-1").Json();

        (first.Number("person_id"), first.Text("state"), first.Number("points"), first.Number("spendable")).ShouldBe((person, "spent", 80, 20));
        again.Number("redemption_id").ShouldBe(first.Number("redemption_id"));
        (await Send(on.Client, "redemptions", By("13800007001", 79), $"{person}-1").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("idempotency_conflict");
        (await Send(on.Client, "redemptions", By("13800007001", 21), $"{person}-2").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("insufficient_balance");
        (await Send(on.Client, "redemptions", By("13800007001", 21), null).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("idempotency_key_missing");
        (await Send(on.Client, "redemptions", By("13800007999", 1), $"{person}-3").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("not_a_member");
    }

    [Theory, OnBothBooks]
    public async Task Of_many_redemptions_at_once_as_many_succeed_as_there_are_points(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800007002"));
        await on.Happens(1, Adjust(100), Phone("13800007002"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Send(on.Client, "redemptions", new { points = 10, person_id = person }, $"{person}-{i}")));

        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(10);
        answers.Count(a => a.StatusCode == HttpStatusCode.Conflict).ShouldBe(90);
        (await on.Get($"persons/{person}/points")).GetProperty("balances").Number("spendable").ShouldBe(0);
    }

    [Theory, OnBothBooks]
    public async Task A_reservation_is_confirmed_in_part_and_what_was_bought_is_returned(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800007003"));
        await on.Happens(1, Adjust(100), Phone("13800007003"));

        var reserved = await Send(on.Client, "reservations", new { points = 80, person_id = person, ttl_seconds = 600 }, $"{person}-r").Json();
        var id = reserved.Number("redemption_id");
        (reserved.Text("state"), reserved.Number("spendable")).ShouldBe(("reserved", 20));
        (await Send(on.Client, $"reservations/{id}/confirmation", new { points = 81 }, $"{person}-c0").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("reservation_exceeded");

        var confirmed = await Send(on.Client, $"reservations/{id}/confirmation", new { points = 50 }, $"{person}-c").Json();
        (confirmed.Text("state"), confirmed.Number("returned"), confirmed.Number("spendable")).ShouldBe(("spent", 30, 50));
        (await Send(on.Client, $"reservations/{id}/release", new { }, $"{person}-l").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("reservation_ended");

        var returned = await Send(on.Client, $"redemptions/{id}/returns", new { }, $"{person}-b").Json();
        (returned.Number("returned"), returned.Number("spendable")).ShouldBe((80, 100));
        (await Send(on.Client, $"reservations/{id + 1_000_000}/release", new { }, $"{person}-x").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("reservation_unknown");
    }
}
