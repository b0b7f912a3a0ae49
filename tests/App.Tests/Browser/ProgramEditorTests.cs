using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Danke.App.Tests.Browser.Screen;

namespace Danke.App.Tests.Browser;

[Collection(nameof(ConsoleServer))]
public sealed class ProgramEditorTests(ConsoleServer server)
{
    [Fact]
    public async Task A_draft_is_tried_beside_the_version_in_force_and_says_what_is_wrong_with_it_there()
    {
        await using var screen = await server.OpenAs("admin");
        var page = screen.Page;
        await screen.Go("/definitions/program/default");
        await screen.Button("编 辑").Or(screen.Button("编辑")).First.ClickAsync();
        var text = page.GetByRole(AriaRole.Textbox, new() { Name = "编辑", Exact = true });
        await Assertions.Expect(text).ToHaveValueAsync(new Regex("each_minor: 100"));
        var examples = page.Locator("section.sheet").Filter(new() { HasText = "这样会得到" });

        // Twice as many points as in force: on a day that is no member day, the difference is what is in force.
        var twice = Regex.Replace(await text.InputValueAsync(), @"rate:\s*(\{ )?\n?\s*points: 1", m => m.Value.Replace("points: 1", "points: 2"));
        await text.FillAsync(twice);
        await examples.GetByLabel("日期").FillAsync("2026-01-07");
        var plain = examples.GetByRole(AriaRole.Row).Filter(new() { HasText = "第二单" });
        await Expect(plain).ToContainTextAsync("基础积分 +99");
        await Expect(plain).ToContainTextAsync("基础积分 +198");
        await Expect(plain).ToContainTextAsync("有变");
        await Expect(plain.GetByRole(AriaRole.Cell).Last).ToHaveTextAsync(new Regex(@"^\+99"));
        await screen.Picture("program-examples");

        await text.FillAsync(twice.Replace("each_minor: 100", "each_minor: -1"));
        await Expect(examples).ToContainTextAsync("/earn/rate/each_minor");
        await Expect(examples).ToContainTextAsync("草稿有问题，改好后才能试算");
        await screen.Picture("program-examples-wrong");
        screen.Complaints().ShouldBeEmpty();
    }
}
