using System.Globalization;
using Danke.Contracts.Persons;
using Danke.Orders.Reading;
using Danke.Platform.Books;

namespace Danke.Orders.Buyers;

/// <summary>Orders and their money by the identifier they came in by.</summary>
internal sealed class OrderHoldings(BooksStore books) : IPersonHoldings
{
    public async Task<IReadOnlyList<PersonHolding>> Of(IReadOnlyCollection<long> persons, CancellationToken cancel)
    {
        if (persons.Count == 0) return [];
        var orders = await books.Read($$"""
            select person_id, via_key, currency, count(*), sum(case when {{OrderSql.MovesMoney}} then total_minor else 0 end)
            from orders where person_id in ({keys}) group by person_id, via_key, currency
            """, r => (Person: r.GetInt64(0), Via: r.GetInt64(1), Currency: r.GetString(2), Count: r.GetInt64(3), Minor: Whole(r.GetValue(4))), [("keys", persons.ToArray())], cancel);
        var refunds = await books.Read($$"""
            select person_id, via_key, currency, sum(amount_minor) from refunds where person_id in ({keys}) and not {{OrderSql.IsRefundOfCopy}} group by person_id, via_key, currency
            """,
            r => new PersonHolding(r.GetInt64(0), r.GetInt64(1), HoldingMeasures.OrdersMinor, r.GetString(2), -Whole(r.GetValue(3))), [("keys", persons.ToArray())], cancel);
        return
        [
            .. orders.Select(o => new PersonHolding(o.Person, o.Via, HoldingMeasures.Orders, "", o.Count)),
            .. orders.Where(o => o.Currency.Length > 0).Select(o => new PersonHolding(o.Person, o.Via, HoldingMeasures.OrdersMinor, o.Currency, o.Minor)), .. refunds,
        ];
    }

    // PostgreSQL adds bigints up to a numeric.
    private static long Whole(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
