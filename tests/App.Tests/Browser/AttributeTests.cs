using static Danke.App.Tests.Browser.Screen;

namespace Danke.App.Tests.Browser;

[Collection(nameof(ConsoleServer))]
public sealed class AttributeTests(ConsoleServer server)
{
    [Theory]
    [InlineData("zh", "light", "资料来源", "固定", "撤销", "原因")]
    [InlineData("en", "dark", "Where this comes from", "Pin", "Undo", "Reason")]
    public async Task One_sees_where_a_name_comes_from_pins_another_and_undoes_it(string language, string theme, string tab, string pin, string undo, string reason)
    {
        var person = await Told($"1390001{(language == "zh" ? "0001" : "0002")}");
        await using var screen = await server.OpenAs("operator", $$"""{"language":"{{language}}","theme":"{{theme}}"}""");
        var page = screen.Page;
        await screen.Go($"/members/{person}");
        await screen.Tab(tab).ClickAsync();
        var name = page.Locator(".attribute").First;
        await Expect(name.Locator("header .said")).ToHaveTextAsync("张三丰");
        await Expect(name.Locator("li")).ToHaveCountAsync(4);
        await screen.Settled();
        await screen.Picture($"person-attributes-{language}");

        await name.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = pin }).ClickAsync();
        var dialog = page.GetByRole(Microsoft.Playwright.AriaRole.Dialog);
        await dialog.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "张三", Exact = true }).ClickAsync();
        await dialog.GetByRole(Microsoft.Playwright.AriaRole.Textbox, new() { Name = reason }).FillAsync("as the member said");
        await screen.Picture($"person-attributes-pin-{language}");
        await dialog.Locator(".ant-btn-primary").ClickAsync();

        await Expect(name.Locator("header .said")).ToHaveTextAsync("张三");
        await Expect(name).ToContainTextAsync("as the member said");
        await screen.Picture($"person-attributes-pinned-{language}");
        await page.Locator(".ant-message").GetByText(undo).ClickAsync();
        await Expect(name.Locator("header .said")).ToHaveTextAsync("张三丰");
        screen.Complaints().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_analyst_sees_sources_and_no_values()
    {
        var person = await Told("13900010003");
        await using var screen = await server.OpenAs("analyst");
        await screen.Go($"/members/{person}?tab=attributes");
        await Expect(screen.Page.Locator(".attribute").First).ToContainTextAsync("till");
        (await screen.Words()).ShouldNotContain("张三");
        await Expect(screen.Page.Locator(".attribute button .anticon-pushpin")).ToHaveCountAsync(0);
        screen.Complaints().ShouldBeEmpty();
    }

    /// <summary>A person of whom a till, a mini program and a marketplace say different things.</summary>
    private async Task<long> Told(string phone)
    {
        async Task Says(string id, string source, string channel, int day, object profile)
        {
            var body = new { source, id = $"{id}-{phone}", type = "member.updated", time = $"2026-01-{day:00}T03:00:00Z", channel, identifiers = new[] { new { @namespace = "phone", value = phone } }, data = new { profile } };
            using var answer = await server.App.Client.Post("v1/events", body);
            answer.EnsureSuccessStatusCode();
        }
        await Says("a", "till", "store", 2, new { name = "张三", city = "杭州", gender = "f", birthday = "1990-05-17" });
        await Says("b", "miniapp", "wechat", 5, new { name = "小三", city = "上海", attributes = new { nick = "sansan" } });
        await Says("c", "miniapp", "wechat", 7, new { name = "张三丰", attributes = new { nick = "feng" } });
        await Says("d", "marketplace", "tmall", 9, new { name = "张*", city = "上海", attributes = new { nick = "f**g" } });
        return (await server.App.Client.GetJson($"v1/persons?q={phone}")).GetProperty("items")[0].GetProperty("person_id").GetInt64();
    }
}
