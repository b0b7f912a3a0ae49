using System.Text.Json;
using System.Text.RegularExpressions;
using static Danke.App.Tests.Browser.Screen;

namespace Danke.App.Tests.Browser;

[Collection(nameof(ConsoleServer))]
public sealed partial class MemberTests(ConsoleServer server)
{
    [Fact]
    public async Task A_member_is_found_by_phone_and_by_card_and_seen_whole()
    {
        await using var screen = await server.OpenAs("operator");
        var page = screen.Page;
        var (person, card, phone) = await BestMember();
        var orders = (await server.App.Client.GetJson($"v1/persons/{person}/orders")).GetProperty("items").EnumerateArray().ToList();
        var row = page.GetByRole(Microsoft.Playwright.AriaRole.Row).Filter(new() { HasText = card });
        foreach (var asked in (string[])[phone, card])
        {
            await screen.Go("/members");
            await screen.Box("手机号、卡号、订单号、姓名、标识").FillAsync(asked);
            await Microsoft.Playwright.Assertions.Expect(page).ToHaveURLAsync(new Regex($"q={asked}"));
            await Expect(row).ToBeVisibleAsync();
            await Expect(page.Locator("tbody tr[data-row-key]")).ToHaveCountAsync(1);
        }
        await screen.Picture("members");

        await row.ClickAsync();
        var drawer = page.GetByRole(Microsoft.Playwright.AriaRole.Dialog);
        await Expect(drawer).ToContainTextAsync(card);
        await screen.Settled();
        await screen.Picture("member-drawer");
        await drawer.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "打开 360° 页面" }).ClickAsync();

        await Microsoft.Playwright.Assertions.Expect(page).ToHaveURLAsync(new Regex($"/members/{person}"));
        await Expect(screen.Main).ToContainTextAsync(phone);
        await Expect(screen.Main.Locator(".timeline .line").First).ToBeVisibleAsync();
        await screen.Picture("person-timeline");

        await screen.Tab("订单").ClickAsync();
        await Expect(page.GetByRole(Microsoft.Playwright.AriaRole.Tabpanel).Locator("tbody tr[data-row-key]")).ToHaveCountAsync(orders.Count);
        await screen.Picture("person-orders");

        await screen.Tab("积分").ClickAsync();
        await Expect(page.GetByRole(Microsoft.Playwright.AriaRole.Tabpanel).Locator("tbody tr[data-row-key]").First).ToBeVisibleAsync();
        await screen.Settled();
        await screen.Picture("person-points");

        await screen.Tab("身份").ClickAsync();
        await Expect(page.GetByRole(Microsoft.Playwright.AriaRole.Tabpanel)).ToContainTextAsync(phone);
        await screen.Picture("person-identity");
        screen.Complaints().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_analyst_never_sees_a_whole_phone_number()
    {
        var (person, _, phone) = await BestMember();
        var refused = await RefusedEventWith(phone);
        string[] pages = ["/members", $"/members/{person}", $"/members/{person}?tab=identity", $"/members/{person}?tab=messages", "/orders", "/intake?tab=dead", $"/intake/dead-letters/{refused}", "/intake?tab=live"];
        await using (var revealed = await server.OpenAs("operator"))
        {
            await revealed.Go(pages[1]);
            (await revealed.Words()).ShouldContain(phone);
        }

        await using var screen = await server.OpenAs("analyst");
        foreach (var path in pages)
        {
            await screen.Go(path);
            Phone().Matches(await WordsAndBoxes(screen)).Select(m => m.Value).ShouldBeEmpty(path);
        }
        await screen.Go(pages[1]);
        await Expect(screen.Main).ToContainTextAsync(new Regex($@"\*+{phone[^4..]}"));
        await screen.Picture("analyst-person");
        screen.Complaints().ShouldBeEmpty();
    }

    private static async Task<string> WordsAndBoxes(Screen screen) =>
        await screen.Words() + await screen.Page.EvaluateAsync<string>("[...document.querySelectorAll('input, textarea')].map(i => i.value).join('\\n')");

    private async Task<long> RefusedEventWith(string phone)
    {
        var body = new { source = "till", id = $"from-the-future-{phone}", type = "order.paid", time = "2099-01-01T00:00:00Z", channel = "store", identifiers = new[] { new { @namespace = "phone", value = phone } }, data = new { order = "F1", currency = "CNY", lines = new[] { new { sku = "A", quantity = 1, unit_price_minor = 100, amount_minor = 100 } } } };
        using var answer = await server.App.Client.Post("v1/events", body);
        var letters = await server.App.Client.GetJson("v1/dead-letters?source=till");
        return letters.GetProperty("items")[0].GetProperty("dead_letter_id").GetInt64();
    }

    /// <summary>A member with many orders whose phone is nobody else's.</summary>
    private async Task<(string Person, string Card, string Phone)> BestMember()
    {
        var members = await server.App.Client.GetJson("v1/persons?member=true&sort=orders&limit=20");
        foreach (var line in members.GetProperty("items").EnumerateArray())
        {
            var id = line.GetProperty("person_id").ToString();
            var person = await server.App.Client.GetJson($"v1/persons/{id}");
            var phone = person.GetProperty("identifiers").EnumerateArray().Where(i => i.GetProperty("namespace").GetString() == "phone").Select(i => i.GetProperty("value").GetString()!).FirstOrDefault();
            if (phone is null || (await Found(phone)).Count != 1) continue;
            return (id, line.GetProperty("card").GetString()!, phone);
        }
        throw new InvalidOperationException("No member has a phone.");
    }

    private async Task<List<JsonElement>> Found(string text) => [.. (await server.App.Client.GetJson($"v1/persons?q={text}")).GetProperty("items").EnumerateArray()];

    [GeneratedRegex(@"(?<!\d)1[3-9]\d{9}(?!\d)")]
    private static partial Regex Phone();
}
