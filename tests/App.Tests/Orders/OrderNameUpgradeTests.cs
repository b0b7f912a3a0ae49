using Danke.App.Tests.Fixtures;
using Danke.Contracts.Orders;
using Danke.Platform.Books;

namespace Danke.App.Tests.Orders;

/// <summary>Books in which orders were named with colons between the parts, which a shop with a colon in its name made ambiguous.</summary>
public sealed class OrderNameUpgradeTests
{
    private static readonly (string Channel, string Shop, string Number)[] Orders = [("tmall", "a:b", "1"), ("tmall", "s1", "T:1/2"), ("pos", "", "9")];

    [Theory, OnBothBooks]
    public async Task What_pays_for_an_order_names_it_as_the_order_is_kept(Dialect dialect)
    {
        await using var books = await BooksFixture.Before(dialect, "loyalty", 21);
        await Kept(books.Store);
        string[] before = ["tmall:a:b:1", "tmall:s1:T:1/2", "pos::9", "jd:unknown:5:6", "jd::7"];
        await books.Store.Write(async t =>
        {
            for (var i = 0; i < before.Length; i++)
                await t.Execute("insert into redemptions (redemption_id, person_id, via_key, program, command_key, order_key, state, points, returned, at_ms) values (@id, 1, 1, 'default', 'c', @key, 'spent', 1, 0, 0)",
                    ("id", i + 1L), ("key", before[i]));
            await t.Execute("insert into redemptions (redemption_id, person_id, via_key, program, command_key, state, points, returned, at_ms) values (99, 1, 1, 'default', 'c', 'spent', 1, 0, 0)");
        });

        await books.Migrate();

        (await books.Store.Read("select order_key from redemptions order by redemption_id", r => r.TextOrNull(0)))
            .ShouldBe(["tmall/a:b/1", "tmall/s1/T:1/2", "pos//9", "jd/unknown/5:6", "jd//7", null]);
    }

    [Theory, OnBothBooks]
    public async Task A_copy_names_its_original_so_that_it_can_be_read_again(Dialect dialect)
    {
        await using var books = await BooksFixture.Before(dialect, "orders", 13);
        await Kept(books.Store);
        await books.Store.Write(async t =>
        {
            await t.Execute("update orders set origin = 'tmall:a:b:1' where number = '9'");
            await t.Execute("update orders set origin = 'tmall:x:y:2' where number = '1'");
        });

        await books.Migrate();

        var origins = await books.Store.Read("select origin from orders where origin is not null order by number", r => r.GetString(0));
        origins.ShouldBe(["tmall:x:y:2", "tmall/a:b/1"]);
        origins.Select(OrderName.OfOrigin).ShouldBe([("tmall", "x", "y:2"), ("tmall", "a:b", "1")]);
    }

    [Theory]
    [InlineData("tmall", "s1", "T1", "tmall:s1:T1")]
    [InlineData("tmall", "", "T:1/2", "tmall::T:1/2")]
    [InlineData("tmall", "a:b", "1", "tmall/a:b/1")]
    [InlineData("tmall", ":", "/:", "tmall/://:")]
    public void What_an_origin_says_is_read_from_it(string channel, string shop, string number, string origin)
    {
        OrderName.Origin(channel, shop, number).ShouldBe(origin);
        OrderName.OfOrigin(origin).ShouldBe((channel, shop, number));
        OrderName.Parts(OrderName.Key(channel, shop, number)).ShouldBe((channel, shop, number));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tmall")]
    [InlineData("tmall:s1")]
    [InlineData("tmall:s1:")]
    [InlineData(":s1:T1")]
    [InlineData("/s1/T1")]
    [InlineData("tmall:a/b:T1")]
    public void What_names_no_order_is_no_origin(string origin) => OrderName.OfOrigin(origin).ShouldBeNull();

    private static Task Kept(BooksStore books) => books.Write(async t =>
    {
        foreach (var (at, order) in Orders.Index())
            await t.Execute("""
                insert into orders (order_id, order_key, person_id, via_key, channel, shop, number, has_content, kind, currency, lines_minor, shipping_minor, discount_minor, total_minor,
                  refunded_minor, content_version, lines, payments)
                values (@id, @key, 0, 0, @channel, @shop, @number, 1, 'sale', 'CNY', 0, 0, 0, 0, 0, 0, '[]', '[]')
                """, ("id", at + 1L), ("key", OrderName.Key(order.Channel, order.Shop, order.Number)), ("channel", order.Channel), ("shop", order.Shop), ("number", order.Number));
    });
}
