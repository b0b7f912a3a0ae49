using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Microsoft.Playwright;
using static Danke.App.Tests.Browser.Screen;

namespace Danke.App.Tests.Browser;

[Collection(nameof(ConsoleServer))]
public sealed class PointTypeTests(ConsoleServer server)
{
    [Fact]
    public async Task What_waits_what_an_order_gave_and_what_a_merge_moves_name_the_type_of_points()
    {
        await using var screen = await server.OpenAs("operator");
        var page = screen.Page;
        var client = server.App.Client;

        await screen.Go("/loyalty/approvals");
        var waiting = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "活动漏发补记" });
        await Expect(waiting).ToContainTextAsync("+800");
        await Expect(waiting).ToContainTextAsync("苔币");
        await Expect(waiting).ToContainTextAsync("霁苔会员");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "客诉补偿" })).ToContainTextAsync("积分");
        await screen.Picture("approvals-by-type");

        var order = (await client.GetJson("v1/orders?limit=100&status=completed")).Items().First(o => o.Number("total_minor") > 10_000 && o.GetProperty("person_id").GetInt64() != 0).Number("order_id");
        await screen.Go($"/orders/{order}");
        await Expect(screen.Main).ToContainTextAsync("基础积分");
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "类型", Exact = true })).ToBeVisibleAsync();
        await screen.Picture("order-by-type");

        // Somebody with coins turns out to be an earlier member.
        var cards = (await client.GetJson("v1/persons?limit=200&member=true")).Items().Select(p => (Id: p.Number("person_id"), Card: p.Text("card")!)).OrderBy(p => p.Id).ToList();
        (long Id, string Card)? later = null;
        foreach (var member in cards.Skip(1))
            if ((await client.GetJson($"v1/persons/{member.Id}/points")).Items("types").Single(t => t.Text("name") == "coins").Number("spendable") > 0) { later = member; break; }
        await screen.Go($"/members/{cards[0].Id}?tab=identity");
        await screen.Button("合并…").ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByPlaceholder("姓名").FillAsync(later!.Value.Card);
        await dialog.Locator(".ant-radio-wrapper").Filter(new() { HasText = later.Value.Card }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("霁苔会员 · 苔币");
        await Expect(dialog).ToContainTextAsync("霁苔会员 · 积分");
        await Expect(dialog).Not.ToContainTextAsync("default:coins");
        await screen.Picture("merge-by-type");
        screen.Complaints().ShouldBeEmpty();
    }
}
