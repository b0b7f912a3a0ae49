using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Microsoft.Playwright;
using static Danke.App.Tests.Browser.Screen;

namespace Danke.App.Tests.Browser;

[Collection(nameof(ConsoleServer))]
public sealed class MemberCodeTests(ConsoleServer server)
{
    [Theory]
    [InlineData("zh", "light", "出示会员码", "秒后更新", "会员码已使用过")]
    [InlineData("en", "dark", "Show the member code", "Changes in", "The code was used already")]
    public async Task A_code_that_is_shown_on_the_members_page_is_read_at_the_till_once(string language, string theme, string show, string changes, string used)
    {
        await using var screen = await server.OpenAs("operator", $$"""{"language":"{{language}}","theme":"{{theme}}"}""");
        var page = screen.Page;
        // A member for each language: a code counts once.
        var member = (await server.App.Client.GetJson("v1/persons?limit=50&member=true")).Items().Where(p => p.Number("points_spendable") > 0).ElementAt(language == "zh" ? 0 : 1);
        await screen.Go($"/members/{member.Number("person_id")}");

        await screen.Button(show).ClickAsync();
        var card = page.GetByRole(AriaRole.Dialog);
        await Expect(card.Locator("svg").First).ToBeVisibleAsync();
        await Expect(card).ToContainTextAsync(member.Text("card")!);
        await Expect(card.GetByRole(AriaRole.Timer)).ToContainTextAsync(changes);
        await screen.Picture($"member-code-{language}");
        var code = await card.Locator("[data-code]").GetAttributeAsync("data-code");
        code.ShouldStartWith("DK1:");

        await screen.Go("/loyalty/till");
        // As a scanner behind a Chinese keyboard types it.
        await page.Locator("#till-code").FillAsync(code.Replace(':', '：'));
        await page.Keyboard.PressAsync("Enter");
        await Expect(screen.Main).ToContainTextAsync(member.Text("card")!);
        await Expect(screen.Main.Locator(".card .value").First).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"\d"));
        await Expect(page.Locator("#till-code")).ToHaveValueAsync("");
        await screen.Picture($"till-{language}");
        screen.Complaints().ShouldBeEmpty();

        await page.Locator("#till-code").FillAsync($"{code.Split(':')[1]} {code.Split(':')[2]}");
        await page.Keyboard.PressAsync("Enter");
        await Expect(screen.Main.GetByRole(AriaRole.Alert)).ToContainTextAsync(used);
        await screen.Picture($"till-used-{language}");
    }

    [Fact]
    public async Task Who_may_only_look_is_shown_no_code()
    {
        await using var screen = await server.OpenAs("analyst");
        var member = (await server.App.Client.GetJson("v1/persons?limit=1&member=true")).Items()[0].Number("person_id");
        await screen.Go($"/members/{member}");
        await Expect(screen.Button("出示会员码")).ToHaveCountAsync(0);
        await screen.Go("/loyalty");
        await Expect(screen.Button("识别会员码")).ToHaveCountAsync(0);
    }
}
