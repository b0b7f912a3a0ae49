using System.Text.RegularExpressions;
using static Danke.App.Tests.Browser.Screen;

namespace Danke.App.Tests.Browser;

[Collection(nameof(ConsoleServer))]
public sealed class OverviewTests(ConsoleServer server)
{
    [Fact]
    public async Task The_overview_shows_the_numbers_of_the_history()
    {
        await using var screen = await server.OpenAs("analyst");
        await screen.Settled();

        await Expect(screen.Main).ToContainTextAsync(new Regex(@"天销售额 ¥[\d.,]+"));
        await Expect(screen.Heading("会员销售额从哪来")).ToBeVisibleAsync();
        foreach (var channel in (string[])["天猫", "京东", "抖音"])
            await Expect(screen.Page.GetByRole(Microsoft.Playwright.AriaRole.Row).Filter(new() { HasText = channel })).ToContainTextAsync(new Regex("¥[1-9]"));
        await Expect(screen.Page.Locator("canvas, svg[role=img]").First).ToBeVisibleAsync();
        await screen.Picture("overview");
        screen.Complaints().ShouldBeEmpty();
    }

    [Fact]
    public async Task English_and_a_dark_screen_are_chosen_once_and_stay()
    {
        await using var screen = await server.OpenAs("analyst");
        await screen.Button("English").ClickAsync();
        await Expect(screen.Heading("Overview")).ToBeVisibleAsync();
        var light = await Background(screen);
        await screen.Button("Dark").ClickAsync();
        await Expect(screen.Button("Light")).ToBeVisibleAsync();

        await screen.Page.ReloadAsync();
        await screen.Settled();

        await Expect(screen.Heading("Overview")).ToBeVisibleAsync();
        await Expect(screen.Button("Light")).ToBeVisibleAsync();
        await Expect(screen.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        (await Background(screen)).ShouldNotBe(light);
        await screen.Picture("overview-dark");
        screen.Complaints().ShouldBeEmpty();
    }

    private static Task<string> Background(Screen screen) => screen.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
}
