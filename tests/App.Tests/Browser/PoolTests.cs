using System.Text.RegularExpressions;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Microsoft.Playwright;
using static Danke.App.Tests.Browser.Screen;

namespace Danke.App.Tests.Browser;

[Collection(nameof(ConsoleServer))]
public sealed class PoolTests(ConsoleServer server)
{
    [Fact]
    public async Task A_pool_is_opened_filled_spent_from_given_back_and_closed()
    {
        await using var screen = await server.OpenAs("operator");
        var page = screen.Page;
        var client = server.App.Client;
        // Two members with points who spend alone.
        var alone = new List<(long Id, string Card)>();
        foreach (var person in (await client.GetJson("v1/persons?limit=200&member=true")).Items())
        {
            if (alone.Count == 2) break;
            var (id, card) = (person.Number("person_id"), person.Text("card")!);
            if (person.Number("points_spendable") > 100 && (await client.GetJson($"v1/persons/{id}/pools")).Items().Count == 0) alone.Add((id, card));
        }
        var (owner, guest) = (alone[0], alone[1]);

        await screen.Go("/loyalty/pools");
        await Expect(screen.Main).ToContainTextAsync("家人朋友一起使用积分");
        await screen.Picture("pools");
        await screen.Button("开通共享积分").First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Choose(dialog, owner.Card);
        await dialog.GetByLabel("名称").FillAsync("试点之家");
        await dialog.Locator(".ant-modal-footer .ant-btn-primary").ClickAsync();

        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"/loyalty/pools/\d+"));
        var pool = long.Parse(page.Url.Split('/')[^1], null);
        await Expect(screen.Main).ToContainTextAsync("1 位成员共有");
        await screen.Button("邀请成员").ClickAsync();
        await Choose(dialog, guest.Card);
        await dialog.GetByLabel("每月可被他人使用").FillAsync("40");
        await screen.Picture("pool-invite");
        await dialog.Locator(".ant-modal-footer .ant-btn-primary").ClickAsync();
        await Expect(screen.Main).ToContainTextAsync("已邀请，等待加入");
        await Sure(page, "确认加入");
        await Expect(screen.Main).ToContainTextAsync("2 位成员共有");

        var spent = await client.Post($"v1/loyalty/pools/{pool}/redemptions", new { person_id = owner.Id, points = 60, reason = "换购", order = "O-1", channel = "store" }, $"browser-{pool}").Json();
        await page.ReloadAsync();
        await Expect(screen.Main).ToContainTextAsync("换购");
        await Expect(screen.Main).ToContainTextAsync("O-1");
        await screen.Picture("pool");
        await Sure(page, "退 回", "退回");
        await Expect(screen.Main).ToContainTextAsync("退回 ");
        (await client.GetJson($"v1/loyalty/pools/{pool}/redemptions")).Items()[0].Number("returned").ShouldBe(60);
        spent.Number("points").ShouldBe(60);

        await screen.Go($"/members/{guest.Id}");
        await Expect(screen.Main).ToContainTextAsync("共享积分：试点之家");
        await screen.Picture("pool-of-a-member");
        await screen.Main.GetByRole(AriaRole.Link, new() { Name = "共享积分：试点之家" }).ClickAsync();

        await Sure(page, "关 闭", "关闭");
        await Expect(screen.Main).ToContainTextAsync("已关闭，不能再使用");
        await Expect(screen.Button("邀请成员")).ToHaveCountAsync(0);
        screen.Complaints().ShouldBeEmpty();
    }

    private static async Task Choose(ILocator dialog, string card)
    {
        await dialog.GetByPlaceholder("姓名").FillAsync(card);
        await dialog.Locator(".ant-radio-wrapper").Filter(new() { HasText = card }).ClickAsync();
    }

    // Ant Design puts a space between two Chinese characters of a button, but not of a link.
    private static async Task Sure(IPage page, params string[] names)
    {
        await page.Locator("main button").Filter(new() { HasTextRegex = new Regex($"^({string.Join('|', names)})$") }).First.ClickAsync();
        await page.Locator(".ant-popconfirm .ant-btn-primary, .ant-popover .ant-btn-primary").Last.ClickAsync();
    }
}
