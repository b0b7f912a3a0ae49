using System.Text.RegularExpressions;
using Danke.Orders.Reading;

namespace Danke.Orders.Duplicates;

/// <summary>
/// Which orders look like one sale that two channels reported: sales of one person, of the same amount and currency, made less than a minute apart, by different
/// channels or shops, of which nobody has said what they are. Said of the orders as they are when it is asked: nothing is kept that could be out of date.
/// </summary>
internal static partial class SuspectSql
{
    private const int ApartMs = 60_000;

    /// <summary>That the order <c>d</c> looks like the one of the orders table. Columns without a name before them are <c>d</c>'s.</summary>
    public static readonly string IsAlike = $"""
        d.person_id = orders.person_id and orders.person_id <> 0 and d.order_id <> orders.order_id and d.total_minor = orders.total_minor and orders.total_minor > 0
        and d.currency = orders.currency and (d.channel <> orders.channel or d.shop <> orders.shop)
        and {OrderSql.IsSale} and {Of("orders", OrderSql.IsSale)}
        and {OrderSql.OrderedAt} > {Of("orders", OrderSql.OrderedAt)} - {ApartMs} and {OrderSql.OrderedAt} < {Of("orders", OrderSql.OrderedAt)} + {ApartMs}
        and not exists (select 1 from order_duplicates a where a.low_order = case when d.order_id < orders.order_id then d.order_id else orders.order_id end
          and a.high_order = case when d.order_id < orders.order_id then orders.order_id else d.order_id end)
        """;

    public static readonly string IsSuspected = $"exists (select 1 from orders d where {IsAlike})";

    /// <summary>The same words of another row.</summary>
    private static string Of(string row, string sql) => Column().Replace(sql, $"{row}.$0");

    [GeneratedRegex(@"\b(kind|has_content|\w+_at_ms)\b")]
    private static partial Regex Column();
}
