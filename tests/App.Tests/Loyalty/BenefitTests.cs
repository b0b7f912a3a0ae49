using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

public sealed class BenefitTests : IAsyncDisposable
{
    private readonly Brand brand = new();

    private async Task<BrandOn> On(Dialect dialect)
    {
        var on = await brand.On(dialect);
        await on.App.Books.Publish("program", "default", Programs.WithBenefits);
        return on;
    }

    private static async Task<(HttpStatusCode, string?)> Code(HttpResponseMessage answer) => (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Text("code"));

    [Theory, OnBothBooks]
    public async Task A_benefit_is_used_within_its_quota_the_same_request_once_and_undone(Dialect dialect)
    {
        var on = await On(dialect);
        var ann = await on.Happens(0, Join(), Phone("13800008001"));
        object Body(string benefit) => new { identifiers = new[] { new { @namespace = "phone", value = "13800008001" } }, benefit };

        (await Code(await on.Client.Post("v1/loyalty/benefits/use", Body("shipping"), null))).ShouldBe((HttpStatusCode.BadRequest, "idempotency_key_missing"));
        var first = await (await on.Client.Post("v1/loyalty/benefits/use", Body("shipping"), "k1")).Content.ReadAsStringAsync();
        (await (await on.Client.Post("v1/loyalty/benefits/use", Body("shipping"), "k1")).Content.ReadAsStringAsync()).ShouldBe(first);
        (await Code(await on.Client.Post("v1/loyalty/benefits/use", Body("lounge"), "k1"))).ShouldBe((HttpStatusCode.Conflict, "idempotency_conflict"));
        var use = JsonDocument.Parse(first).RootElement;
        (use.Number("used"), use.Number("left"), use.Text("state")).ShouldBe((1, 1, "used"));

        (await Code(await on.Client.Post("v1/loyalty/benefits/use", Body("nothing"), "k2"))).ShouldBe((HttpStatusCode.UnprocessableEntity, "benefit_unknown"));
        (await Code(await on.Client.Post("v1/loyalty/benefits/use", Body("birthday"), "k3"))).ShouldBe((HttpStatusCode.UnprocessableEntity, "benefit_is_gift"));
        (await Code(await on.Client.Post("v1/loyalty/benefits/use", Body("lounge"), "k4"))).ShouldBe((HttpStatusCode.UnprocessableEntity, "benefit_of_other_tier"));
        (await on.Client.Post("v1/loyalty/benefits/use", Body("shipping"), "k5")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Code(await on.Client.Post("v1/loyalty/benefits/use", Body("shipping"), "k6"))).ShouldBe((HttpStatusCode.Conflict, "quota_exceeded"));

        (await on.Client.Post($"v1/loyalty/benefits/uses/{use.Number("use_id")}/reversal", new { reason = "mistake" }, "k7")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Code(await on.Client.Post($"v1/loyalty/benefits/uses/{use.Number("use_id")}/reversal", new { reason = "mistake" }, "k8"))).ShouldBe((HttpStatusCode.Conflict, "use_reversed"));
        var sheet = await on.Get($"persons/{ann}/benefits");
        var shipping = sheet.Items("items").Single(b => b.Text("name") == "shipping");
        (shipping.Number("used"), shipping.Number("left"), shipping.GetProperty("is_theirs").GetBoolean()).ShouldBe((1, 1, true));
        sheet.Items("records").Select(r => r.Text("state")).ShouldBe(["used", "reversed"]);
    }

    public ValueTask DisposeAsync() => brand.DisposeAsync();
}
