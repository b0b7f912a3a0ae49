using System.Text;
using System.Text.RegularExpressions;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Microsoft.Playwright;
using static Danke.App.Tests.Browser.Screen;

namespace Danke.App.Tests.Browser;

[Collection(nameof(ConsoleServer))]
public sealed class BulkTests(ConsoleServer server)
{
    [Fact]
    public async Task A_list_of_points_is_handed_in_looked_at_and_applied()
    {
        await using var screen = await server.OpenAs("operator");
        var page = screen.Page;
        var member = (await server.App.Client.GetJson("v1/persons?limit=1&member=true")).GetProperty("items")[0].Number("person_id");
        var list = $"person_id,points,reason\n{member},7,补发\n999999999,5,\n{member},x,\n";
        await screen.Go("/loyalty/bulk");
        await Expect(screen.Main).ToContainTextAsync("card,points,reason");
        await Expect(screen.Button("核对名单")).ToBeDisabledAsync();
        await screen.Box("原因").FillAsync("周年庆");
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "points.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(list) });
        await screen.Button("核对名单").ClickAsync();

        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"/loyalty/bulk/\d+"));
        await Expect(screen.Main).ToContainTextAsync("核对完成，还没有改动积分。");
        await Expect(screen.Main).ToContainTextAsync("没有这个人");
        await Expect(screen.Main).ToContainTextAsync("积分不是有效数字");
        await screen.Picture("bulk-checked");
        await screen.Button("入 账").Or(screen.Button("入账")).First.ClickAsync();
        var sure = page.Locator(".ant-popconfirm, .ant-popover").Filter(new() { HasText = "入账 1 行：增加 7 分，扣减 0 分？" });
        await sure.Locator("button.ant-btn-primary").ClickAsync();

        await Expect(screen.Main).ToContainTextAsync("已入账。被拒绝的行没有改动积分。");
        await screen.Picture("bulk-done");
        var newest = (await server.App.Client.GetJson($"v1/persons/{member}/points")).Items("entries").First(e => e.Number("spendable") == 7);
        newest.Text("reason")!.ShouldContain("补发");
        await screen.Go("/loyalty/bulk");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "周年庆" })).ToContainTextAsync("已入账");
        screen.Complaints().ShouldBeEmpty();
    }
}
