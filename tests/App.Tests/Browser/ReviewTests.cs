using System.Text.RegularExpressions;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Contracts.Commands;
using Microsoft.Playwright;
using static Danke.App.Tests.Browser.Screen;

namespace Danke.App.Tests.Browser;

[Collection(nameof(ConsoleServer))]
public sealed class ReviewTests(ConsoleServer server)
{
    private async Task Twins(string name, string birthday, string city, string n)
    {
        var profile = Profile.Empty with { Name = name, Birthday = birthday, City = city };
        foreach (var (channel, identifier, at) in new[] { ("tmall", new Identifier("tmall_ouid", "review", n), 1), ("pos", new Identifier("pos_id", "review", n), 2) })
            await server.App.Get<IDoor>().Submit(Say.Event($"review/{n}/{at}", at, new MemberUpdated(profile), identifier) with { Channel = channel }, CancellationToken.None);
    }

    [Fact]
    public async Task Two_who_are_alike_are_found_looked_at_answered_by_key_and_taken_back()
    {
        await using var screen = await server.OpenAs("admin", """{"language":"zh","theme":"light"}""");
        var page = screen.Page;
        await Twins("欧阳晓岚", "1987-03-14", "上海", "1");
        await Twins("慕容清河", "1991-11-02", "成都", "2");
        await screen.Go("/members/review");
        await screen.Picture("review-empty");
        await screen.Button("比对全部消费者").ClickAsync();
        await Expect(screen.Heading("第 1 对")).ToBeVisibleAsync();
        await Expect(page.Locator("table.pair")).ToContainTextAsync("姓名");
        await screen.Settled();
        await screen.Picture("review-pair");

        await page.Keyboard.PressAsync("p");
        await Expect(screen.Button("收起预览 P")).ToBeVisibleAsync();
        await screen.Settled();
        await screen.Picture("review-preview");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(screen.Heading("第 2 对")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowLeft");

        await page.Keyboard.PressAsync("y");
        await Expect(screen.Heading("第 2 对")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("n");
        await Expect(page.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("aria-valuenow", "2");
        await Expect(screen.Heading("阈值准不准")).ToBeVisibleAsync();
        var counts = (await server.App.Client.GetJson("v1/identity/pairs")).GetProperty("counts");
        (counts.Number("same"), counts.Number("different")).ShouldBe((1, 1));

        await page.Keyboard.PressAsync("z");
        await Expect(page.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("aria-valuenow", "1");
        await page.Keyboard.PressAsync("z");
        await Expect(screen.Heading("第 1 对")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("aria-valuenow", "0");
        await page.Keyboard.PressAsync("l");
        await Expect(page.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("aria-valuenow", "1");
        screen.Complaints().ShouldBeEmpty();

        await using var dark = await server.OpenAs("analyst", """{"language":"en","theme":"dark"}""");
        await dark.Go("/members/review");
        await Expect(dark.Page.Locator("table.pair")).ToContainTextAsync("Name");
        await dark.Picture("review-dark");
        dark.Complaints().ShouldBeEmpty();
    }

    [Fact]
    public async Task Rules_are_edited_tried_on_what_is_there_and_everybody_is_resolved_anew()
    {
        await using var screen = await server.OpenAs("admin", """{"language":"zh","theme":"light"}""");
        var page = screen.Page;
        await screen.Go("/definitions/identity/default");
        await screen.Picture("rules-shipped");
        await screen.Button("编 辑").Or(screen.Button("编辑")).First.ClickAsync();
        await Expect(page.GetByText("会改变什么")).ToBeVisibleAsync();
        var priority = page.GetByLabel("每人最多");
        await priority.FillAsync("2");
        await priority.BlurAsync();
        await Expect(page.Locator("ul.diff li")).ToContainTextAsync("每人最多");
        await screen.Button("试 算").Or(screen.Button("试算")).First.ClickAsync();
        await Expect(page.GetByText(new Regex("检查了 .* 个标识"))).ToBeVisibleAsync();
        await screen.Picture("rules-tried");
        await screen.Button("保存为草稿").ClickAsync();
        await screen.Button("发布第 1 版").ClickAsync();
        // The dialog grows when it knows what is published: till then its buttons move.
        await Expect(page.GetByText("这是第一次发布。")).ToBeVisibleAsync();
        var published = await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "发布第 1 版" }).ClickAsync(), r => r.Request.Method == "POST" && r.Url.Contains("/definitions/", StringComparison.Ordinal));
        published.Status.ShouldBeInRange(200, 299, await published.TextAsync());
        await screen.Button("重建…").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("检查了");
        await screen.Picture("rules-rebuild");
        await screen.Button("开始重建").ClickAsync();
        await Expect(page.GetByText("上次完成")).ToBeVisibleAsync();
        await screen.Picture("rules-rebuilt");
        screen.Complaints().ShouldBeEmpty();
    }
}
