using Danke.Orders.Reading;
using Danke.Orders.Reporting;
using Danke.Platform.Books;
using Danke.Platform.Paging;

namespace Danke.Orders.Listing;

/// <summary>What a list of orders is narrowed to.</summary>
internal sealed class OrderConditions
{
    private readonly List<string> found = [];
    private readonly List<string> looked = [];

    public List<(string, object?)> Values { get; } = [];

    /// <summary>Whether one of the conditions picks out few orders by itself.</summary>
    public bool PicksFew { get; private set; }

    /// <summary>Whether orders must be looked at to know whether they pass.</summary>
    public bool MustLook => looked.Count > 0;

    /// <summary>A condition for which there is an index, by number or by person.</summary>
    public void Pick(string condition, (string, object?) value)
    {
        Find(condition, value);
        PicksFew = true;
    }

    /// <summary>A condition on the time, which the list is ordered by.</summary>
    public void Find(string condition, (string, object?) value) => Add(found, condition, value);

    /// <summary>A condition that only the order itself tells.</summary>
    public void Look(string condition, (string, object?) value) => Add(looked, condition, value);

    public void Look(string condition) => looked.Add(condition);

    private void Add(List<string> to, string condition, (string, object?) value)
    {
        to.Add(condition);
        Values.Add(value);
    }

    public string WithoutLooking => And(found);

    public string All => And(found) + And(looked);

    private static string And(List<string> conditions) => string.Concat(conditions.Select(c => $" and {c}"));
}

/// <summary>Reads pages of orders, newest purchase first, in bounded time: a condition that hardly any order meets is looked for piece by piece.</summary>
internal static class OrderList
{
    private const int FirstPiece = 2_000;

    /// <summary>A page that found nothing in so many is given as it is, with the place to go on from.</summary>
    private const int MostScanned = 100_000;

    private const string Place = $"({OrderSql.OrderedAt}, order_id)";
    private const string NewestFirst = $"order by {OrderSql.OrderedAt} desc, order_id desc";

    private readonly record struct At(long Ms, long OrderId)
    {
        public static At Of(OrderRow row) => new(row.State.OrderedAtMs, row.State.OrderId);
    }

    /// <exception cref="Platform.Problems.ProblemException">400 <c>bad_cursor</c>.</exception>
    public static async Task<Page<OrderRow>> Read(BooksStore books, OrderConditions conditions, string? cursor, int? limit, CancellationToken cancel)
    {
        var most = Cursor.Limit(limit);
        var after = Cursor.Read<long>(cursor, 2) is [var ms, var order] ? new At(ms, order) : new At(long.MaxValue, long.MaxValue);
        var rows = new List<OrderRow>();
        if (conditions.PicksFew || !conditions.MustLook) return PageOf(await Rows(books, conditions, after, null, most + 1, cancel), most, null);
        for (int scanned = 0, piece = FirstPiece; scanned < MostScanned; scanned += piece, piece *= 4)
        {
            var end = await EndOf(books, conditions, after, piece, cancel);
            rows.AddRange(await Rows(books, conditions, after, end, most + 1 - rows.Count, cancel));
            if (end is null || rows.Count > most) return PageOf(rows, most, null);
            after = end.Value;
        }
        return PageOf(rows, most, after);
    }

    private static Page<OrderRow> PageOf(List<OrderRow> rows, int most, At? goOnAfter)
    {
        var next = rows.Count > most ? At.Of(rows[most - 1]) : goOnAfter;
        return new Page<OrderRow>([.. rows.Take(most)], next is { } at ? Cursor.Of(at.Ms, at.OrderId) : null);
    }

    /// <summary>Where a piece of so many orders ends; null when there are no more than that.</summary>
    private static async Task<At?> EndOf(BooksStore books, OrderConditions conditions, At after, int piece, CancellationToken cancel) =>
        await books.Read($"select {OrderSql.OrderedAt}, order_id from orders where {Place} < (@at, @order){conditions.WithoutLooking} {NewestFirst} limit 1 offset @piece",
            r => new At(r.GetInt64(0), r.GetInt64(1)), [.. conditions.Values, ("at", after.Ms), ("order", after.OrderId), ("piece", piece - 1L)], cancel) is [var end] ? end : null;

    private static Task<List<OrderRow>> Rows(BooksStore books, OrderConditions conditions, At after, At? end, int limit, CancellationToken cancel) => books.Read(
        $"{OrderRow.Select} where {Place} < (@at, @order) and {Place} >= (@end_at, @end_order){conditions.All} {NewestFirst} limit @limit", OrderRow.Read,
        [
            .. conditions.Values, ("at", after.Ms), ("order", after.OrderId), ("end_at", end?.Ms ?? long.MinValue), ("end_order", end?.OrderId ?? long.MinValue), ("limit", (long)limit),
        ], cancel);
}
