using System.Globalization;

namespace Danke.App.Tests.Reports;

/// <summary>A small shop's rows in Insight, written as one would tell them.</summary>
public sealed class ShopRows(InsightDatabase database)
{
    private long orders;
    private long refunds;
    private long entries;

    public InsightDatabase Database => database;

    /// <summary>A paid sale of one line. Person 0 is a guest.</summary>
    public Task<long> Sale(long person, string at, long amount, string currency = "CNY", string channel = "store", long shipping = 0) =>
        Order(person, at, amount, currency, channel, "paid", sale: true, shipping: shipping, paidAt: at);

    public async Task<long> Order(
        long person, string at, long amount, string currency = "CNY", string channel = "store", string status = "paid", bool sale = true, long shipping = 0, string? paidAt = null, long? id = null)
    {
        var order = id ?? ++orders;
        await database.Insert("orders",
        [[
            person, order, channel, "", "", "sale", status, currency, Ms(at), paidAt is null ? null : Ms(paidAt), null, null, sale ? 1 : 0,
            amount, shipping, 0, amount + shipping, 0, amount,
        ]]);
        await database.Insert("order_lines", [[person, order, 1, Ms(at), channel, "sale", sale ? 1 : 0, "A", "", 1, amount]]);
        return order;
    }

    /// <param name="order">0: the source did not say which.</param>
    public Task Refund(long person, long order, string at, long amount, string currency = "CNY") =>
        database.Insert("refunds", [[person, ++refunds, order, "store", currency, Ms(at), amount]]);

    public Task Member(long person, string joined, string state = "active") =>
        database.Insert("memberships", [[person, "default", state, "silver", Ms(joined), 0, 0, 0, 0, 0, 0, Ms(joined), "store"]]);

    public Task Points(long person, string kind, long pending, long spendable, string at, string program = "default") =>
        database.Insert("points_entries", [[person, ++entries, program, kind, 0, 0, pending, spendable, 0, Ms(at)]]);

    public static long Ms(string at) => DateTimeOffset.Parse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
}
