using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;

namespace Danke.App.Tests.Browser;

[Collection(nameof(ConsoleServer))]
public sealed class EveryPageTests(ConsoleServer server)
{
    [Theory]
    [InlineData("zh", "light")]
    [InlineData("en", "dark")]
    public async Task Every_page_of_the_navigation_opens_in_words_and_without_complaint(string language, string theme)
    {
        await using var screen = await server.OpenAs("admin", $$"""{"language":"{{language}}","theme":"{{theme}}"}""");
        await screen.Settled();
        var families = JsonDocument.Parse(await File.ReadAllTextAsync(ConsoleServer.InRepository($"web/console/src/locales/{language}.json")!)).RootElement.EnumerateObject().Select(p => p.Name).ToList();
        var pages = await screen.Navigation.EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href'))");
        pages.Length.ShouldBe(14);
        var wrong = new List<string>();
        foreach (var path in (string[])[.. pages, .. await Deeper()])
        {
            if (pages.Contains(path)) await screen.Page.Locator($"nav a[href='{path}']").ClickAsync();
            else await screen.Page.GotoAsync(path);
            await Microsoft.Playwright.Assertions.Expect(screen.Page).ToHaveURLAsync(new Uri(server.App.Url, path).ToString());
            await screen.Settled();
            wrong.AddRange(screen.Complaints().Concat(await screen.UntranslatedWords(families)).Select(what => $"{path} {what}"));
            await screen.Picture($"page-{language}-{path.Trim('/').Replace('/', '-').Replace('?', '-')}");
        }
        wrong.ShouldBeEmpty();
    }

    /// <summary>What is one click further: each report, a definition, an audience, a journey, an offer, an order.</summary>
    private async Task<List<string>> Deeper()
    {
        var client = server.App.Client;
        var order = (await client.GetJson("v1/orders?limit=1")).GetProperty("items")[0].GetProperty("order_id");
        var person = (await client.GetJson("v1/persons?limit=1&member=true")).GetProperty("items")[0].GetProperty("person_id");
        var simulation = await Simulated(client);
        var pool = (await client.GetJson("v1/loyalty/pools?limit=1")).GetProperty("items")[0].GetProperty("pool_id");
        string[] reports = ["gmv", "channels", "rfm", "cohorts", "retention", "repurchase", "stage-flow", "points"];
        return
        [
            .. reports.Select(r => $"/reports/{r}"), $"/orders/{order}", $"/members/{person}", "/intake/upload", "/intake?tab=live", "/intake?tab=imports", "/intake?tab=dead",
            "/definitions/program/default", "/definitions/identity/default", "/members/review", "/journeys/welcome", "/offers/welcome-coupon", "/offers/welcome-coupon?tab=coupons", "/offers/autumn-code", "/definitions/offer/autumn-code", "/loyalty/liability", "/loyalty/approvals", "/loyalty/till", "/loyalty/bulk", "/loyalty/pools", $"/loyalty/pools/{pool}", "/loyalty/simulations", $"/loyalty/simulations/{simulation}", $"/loyalty/simulations/{simulation}?type=coins", "/settings?tab=users", "/settings?tab=keys", "/settings?tab=audit",
        ];
    }

    // A simulation that is over: its report is looked at.
    private static async Task<long> Simulated(HttpClient client)
    {
        var id = (await client.Post("v1/loyalty/simulations", new { months = 12 }).Json(System.Net.HttpStatusCode.Accepted)).Number("simulation_id");
        await client.UntilNot($"v1/loyalty/simulations/{id}", "waiting", "running");
        return id;
    }
}
