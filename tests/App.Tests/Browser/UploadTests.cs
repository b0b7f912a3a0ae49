using System.Text.RegularExpressions;
using static Danke.App.Tests.Browser.Screen;

namespace Danke.App.Tests.Browser;

[Collection(nameof(ConsoleServer))]
public sealed class UploadTests(ConsoleServer server)
{
    private const string Orders = """
        订单编号,付款时间,手机号,商品编码,商品名称,数量,实付金额
        UP-1001,2026-03-01 10:00:00,13912340001,SKU-1,山茶花洗面奶,1,99.00
        UP-1001,2026-03-01 10:00:00,13912340001,SKU-2,保湿乳,2,198.00
        UP-1002,2026-03-02 11:30:00,13912340002,SKU-1,山茶花洗面奶,1,99.00
        UP-1003,2098-03-03 12:00:00,13912340003,SKU-3,面膜,3,150.00
        """;

    [Fact]
    public async Task A_file_is_uploaded_looked_at_corrected_imported_and_its_bad_row_mended()
    {
        await using var screen = await server.OpenAs("operator");
        var page = screen.Page;
        await screen.Navigation.Filter(new() { HasText = "接入" }).ClickAsync();
        await screen.Button("上传文件").First.ClickAsync();
        await Expect(page.GetByText("拖到这里").First).ToBeVisibleAsync();
        await screen.Picture("upload");
        await page.Locator("input[type=file]").SetInputFilesAsync(new Microsoft.Playwright.FilePayload { Name = "till.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(Orders) });

        await Expect(page.GetByText("4 行 → 3 个事件")).ToBeVisibleAsync();
        await screen.Box("来源名称").FillAsync("till-upload");
        await screen.Box("渠道").FillAsync("store");
        await Expect(page.Locator("pre").First).ToContainTextAsync(new Regex("\"till-upload\"[\\s\\S]*\"store\""));
        await screen.Picture("upload-mapping");
        await Expect(screen.Button("开始导入")).ToBeEnabledAsync();
        await screen.Button("开始导入").ClickAsync();

        await Microsoft.Playwright.Assertions.Expect(page).ToHaveURLAsync(new Regex(@"/intake/imports/\d+"));
        await Expect(screen.Main).ToContainTextAsync("导入完成：2 个事件已入账，1 个被退回，等你处理。");
        await screen.Picture("import");
        await page.GetByText("查看死信").ClickAsync();
        await Expect(page.Locator("tbody tr[data-row-key]")).ToHaveCountAsync(1);
        await screen.Picture("dead-letters");
        await page.Locator("tbody tr[data-row-key]").ClickAsync();

        var body = page.Locator("textarea.mono");
        await Expect(body).ToHaveValueAsync(new Regex("2098-03-03"));
        await body.FillAsync((await body.InputValueAsync()).Replace("2098-03-03", "2026-03-03", StringComparison.Ordinal));
        await screen.Button("保存并重放").ClickAsync();
        await Expect(page.GetByRole(Microsoft.Playwright.AriaRole.Alert).Filter(new() { HasText = "已入账" })).ToBeVisibleAsync();
        await screen.Picture("dead-letter-replayed");

        foreach (var order in (string[])["UP-1001", "UP-1002", "UP-1003"])
        {
            await screen.Go($"/orders?q={order}");
            await Expect(page.GetByRole(Microsoft.Playwright.AriaRole.Row).Filter(new() { HasText = order })).ToContainTextAsync("已付款");
        }
        screen.Complaints().ShouldBeEmpty();
    }
}
