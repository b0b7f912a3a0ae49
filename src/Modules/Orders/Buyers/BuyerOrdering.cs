using Danke.Contracts.Persons;
using Danke.Orders.Reading;
using Danke.Platform.Books;
using Danke.Platform.Settings;

namespace Danke.Orders.Buyers;

/// <summary>
/// Who spent or bought most comes first, added up from the orders each time: nothing that could be out of date. Amounts are of one
/// currency, the brand's, or the one most used lately when nothing is sold in that; who bought in others only is not in the order.
/// </summary>
/// <param name="value">SQL over one movement of a person: <c>minor</c> and <c>purchases</c>.</param>
internal sealed class BuyerOrdering(BooksStore books, BrandSettings brand, string name, string value) : IPersonOrdering
{
    public static BuyerOrdering BySpending(BooksStore books, BrandSettings brand) => new(books, brand, "spent", "sum(minor)");

    public static BuyerOrdering ByOrders(BooksStore books, BrandSettings brand) => new(books, brand, "orders", "sum(purchases)");

    public string Name => name;

    public bool IsAddedUpEachTime => true;

    public Task<IReadOnlyList<RankedPerson>> Next(PersonCriteria criteria, RankedPerson? after, int limit, CancellationToken cancel) => Read($"""
        select ranked.value, ranked.person_id from ({Ranked("person_id <> 0")}) ranked
        where (ranked.value, ranked.person_id) < (@value, @person) order by ranked.value desc, ranked.person_id desc limit @limit
        """, [("value", after?.Value ?? long.MaxValue), ("person", after?.PersonId ?? long.MaxValue), ("limit", (long)limit)], cancel);

    public Task<IReadOnlyList<RankedPerson>> Of(PersonCriteria criteria, IReadOnlyCollection<long> persons, CancellationToken cancel) =>
        Read($"select ranked.value, ranked.person_id from ({Ranked("person_id in ({keys})")}) ranked", [("keys", persons.ToArray())], cancel);

    private string Ranked(string whose) => $$"""
        select person_id, cast({{value}} as bigint) as value from (
          select person_id, case when {{OrderSql.MovesMoney}} then total_minor else 0 end as minor, case when {{OrderSql.IsPurchase}} then 1 else 0 end as purchases
          from orders where {{whose}} and currency = @currency
          union all
          select person_id, -amount_minor, 0 from refunds where {{whose}} and currency = @currency and not {{OrderSql.IsRefundOfCopy}}
        ) movements group by person_id
        """;

    private async Task<IReadOnlyList<RankedPerson>> Read(string sql, (string, object?)[] values, CancellationToken cancel)
    {
        var currency = await books.Read("""
            select currency from (select currency from orders where currency <> '' order by order_id desc limit 1000) latest
            group by currency order by case when currency = @brands then 0 else 1 end, count(*) desc, currency limit 1
            """, r => r.GetString(0), [("brands", (await brand.Current(cancel)).Currency)], cancel);
        return currency.Count == 0 ? []
            : await books.Read(sql, r => new RankedPerson(r.GetInt64(0), r.GetInt64(1)), [.. values, ("currency", currency[0])], cancel);
    }
}
