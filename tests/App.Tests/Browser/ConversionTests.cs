using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Microsoft.Playwright;
using static Danke.App.Tests.Browser.Screen;

namespace Danke.App.Tests.Browser;

[Collection(nameof(ConsoleServer))]
public sealed class ConversionTests(ConsoleServer server)
{
    [Fact]
    public async Task Coins_become_points_after_a_preview_and_are_put_back()
    {
        await using var screen = await server.OpenAs("operator");
        var page = screen.Page;
        var client = server.App.Client;
        var member = (await client.GetJson("v1/persons?limit=5&member=true")).Items()[4].Number("person_id");
        await client.Post($"v1/persons/{member}/points-adjustments", new { points = 25, reason = "补发", point_type = "coins" }, $"coins-{member}").Json();
        async Task<long> Coins() => (await client.GetJson($"v1/persons/{member}/points?point_type=coins")).GetProperty("balances").Number("spendable");
        var before = await Coins();

        await screen.Go($"/members/{member}?tab=points");
        await Expect(screen.Button("兑换积分类型")).ToHaveCountAsync(0);
        await page.Locator(".ant-segmented-item").Filter(new() { HasText = "苔币" }).ClickAsync();
        await screen.Button("兑换积分类型").ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("苔币 → 积分（10 换 1）");
        await dialog.GetByLabel("用多少苔币").FillAsync("5");
        await Expect(dialog).ToContainTextAsync("不足一份，不能兑换");
        await Expect(dialog.Locator(".ant-modal-footer .ant-btn-primary")).ToBeDisabledAsync();
        await dialog.GetByLabel("用多少苔币").FillAsync($"{(before / 10 * 10) + 10}");
        await Expect(dialog).ToContainTextAsync("积分不足");
        await dialog.GetByLabel("用多少苔币").FillAsync("25");
        await Expect(dialog).ToContainTextAsync("5 苔币不足一份，不兑换，留在账上。");
        await screen.Picture("conversion");
        await dialog.Locator(".ant-modal-footer .ant-btn-primary").Filter(new() { HasText = "用 20 换 2" }).ClickAsync();

        await Expect(dialog).ToContainTextAsync("已兑换");
        await Expect(dialog).ToContainTextAsync("-20（流水");
        await Expect(dialog).ToContainTextAsync("+2（流水");
        await screen.Picture("conversion-done");
        (await Coins()).ShouldBe(before - 20);
        await screen.Button("撤销兑换").ClickAsync();
        await Expect(dialog).ToContainTextAsync("两边都已冲回。");
        (await Coins()).ShouldBe(before);
        (await client.GetJson("v1/audit-log?limit=20")).Items().Select(a => a.Text("action")).ShouldContain("points.converted");
        await dialog.Locator(".ant-modal-footer .ant-btn-primary").ClickAsync();
        await Expect(screen.Main).ToContainTextAsync("兑换为");
        screen.Complaints().ShouldBeEmpty();
    }
}
