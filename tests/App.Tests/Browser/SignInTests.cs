using System.Text.RegularExpressions;
using static Danke.App.Tests.Browser.Screen;

namespace Danke.App.Tests.Browser;

[Collection(nameof(ConsoleServer))]
public sealed partial class SignInTests(ConsoleServer server)
{
    [Fact]
    public async Task The_one_time_password_opens_the_door_once_and_then_the_overview()
    {
        await using var screen = await server.Open();
        var page = screen.Page;
        await page.GotoAsync("/members?q=x");
        await Expect(screen.Heading("登录")).ToBeVisibleAsync();
        await screen.Picture("sign-in");

        await screen.Box("用户名").FillAsync("admin");
        await screen.Box("密码").FillAsync(server.App.FirstPassword);
        await page.Locator("button[type=submit]").ClickAsync();

        await Expect(screen.Heading("修改密码")).ToBeVisibleAsync();
        await screen.Picture("password");
        // There is no way around it.
        await page.GotoAsync("/orders");
        await Expect(screen.Heading("修改密码")).ToBeVisibleAsync();

        await screen.Box("当前密码").FillAsync(server.App.FirstPassword);
        await screen.Box("新密码").FillAsync("short");
        await screen.Box("再输一次新密码").FillAsync("short");
        await page.Locator("button[type=submit]").ClickAsync();
        await Expect(page.GetByText("至少 10 个字符").Last).ToBeVisibleAsync();

        await screen.Box("新密码").FillAsync(ConsoleServer.Password);
        await screen.Box("再输一次新密码").FillAsync(ConsoleServer.Password);
        await page.Locator("button[type=submit]").ClickAsync();

        await Expect(screen.Heading("总览")).ToBeVisibleAsync();
        await Expect(screen.Main.GetByText(SalesSentence())).ToBeVisibleAsync();
        screen.Complaints().ShouldBeEmpty();

        await using var another = await server.Open();
        await another.Page.GotoAsync("/");
        await another.Box("用户名").FillAsync("admin");
        await another.Box("密码").FillAsync(server.App.FirstPassword);
        await another.Page.Locator("button[type=submit]").ClickAsync();
        await Expect(another.Page.GetByRole(Microsoft.Playwright.AriaRole.Alert)).ToBeVisibleAsync();
        await Expect(another.Navigation).ToHaveCountAsync(0);
    }

    [GeneratedRegex("天销售额")]
    private static partial Regex SalesSentence();
}
