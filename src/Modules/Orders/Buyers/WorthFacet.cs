using Danke.Contracts.Persons;
using Danke.Orders.Reading;
using Danke.Platform.Books;

namespace Danke.Orders.Buyers;

/// <summary>What persons bought, and on which channels.</summary>
internal sealed class WorthFacet(BooksStore books) : IPersonFacet<PersonWorth>, IPersonFacet<PersonChannels>
{
    private sealed record Sum(long Person, string Currency, long Orders, long SalesMinor, long TotalsMinor, long PurchasesMinor, long? FirstMs, long? LastMs);

    private const string Sums = $$"""
        select person_id, currency,
               sum(case when {{OrderSql.IsPurchase}} then 1 else 0 end),
               sum(case when {{OrderSql.IsSale}} then lines_minor else 0 end),
               sum(case when {{OrderSql.MovesMoney}} then total_minor else 0 end),
               sum(case when {{OrderSql.IsPurchase}} then lines_minor else 0 end),
               min(case when {{OrderSql.IsPurchase}} then {{OrderSql.OrderedAt}} end),
               max(case when {{OrderSql.IsPurchase}} then {{OrderSql.OrderedAt}} end)
        from orders where person_id in ({keys}) and currency <> '' group by person_id, currency
        """;

    public async Task<IReadOnlyDictionary<long, PersonWorth>> Of(IReadOnlyCollection<long> persons, CancellationToken cancel)
    {
        if (persons.Count == 0) return new Dictionary<long, PersonWorth>();
        var sums = await books.Read(Sums, r => new Sum(r.GetInt64(0), r.GetString(1), Whole(r, 2), Whole(r, 3), Whole(r, 4), Whole(r, 5), r.LongOrNull(6), r.LongOrNull(7)),
            [("keys", persons.ToArray())], cancel);
        var refunds = (await books.Read($$"""
            select person_id, currency, sum(amount_minor) from refunds where person_id in ({keys}) and not {{OrderSql.IsRefundOfCopy}} group by person_id, currency
            """,
            r => (Key: (r.GetInt64(0), r.GetString(1)), Minor: Whole(r, 2)), [("keys", persons.ToArray())], cancel)).ToDictionary(r => r.Key, r => r.Minor);
        return Buyers(sums, refunds);
    }

    // Currencies are never added up: the one with the most sales stands for the person.
    private static Dictionary<long, PersonWorth> Buyers(List<Sum> sums, Dictionary<(long, string), long> refunds)
    {
        var all = sums.Concat(refunds.Keys.Where(k => !sums.Exists(s => (s.Person, s.Currency) == k)).Select(k => new Sum(k.Item1, k.Item2, 0, 0, 0, 0, null, null)));
        return all.GroupBy(s => s.Person).ToDictionary(g => g.Key, g =>
        {
            var main = g.OrderByDescending(s => s.SalesMinor).ThenBy(s => s.Currency, StringComparer.Ordinal).First();
            var refunded = refunds.GetValueOrDefault((main.Person, main.Currency));
            return new PersonWorth(main.Currency, main.Orders, main.SalesMinor, refunded, main.TotalsMinor - refunded, main.PurchasesMinor, main.FirstMs, main.LastMs);
        });
    }

    async Task<IReadOnlyDictionary<long, PersonChannels>> IPersonFacet<PersonChannels>.Of(IReadOnlyCollection<long> persons, CancellationToken cancel) =>
        persons.Count == 0 ? new Dictionary<long, PersonChannels>()
        : (await books.Read("select distinct person_id, channel from orders where person_id in ({keys})", r => (Person: r.GetInt64(0), Channel: r.GetString(1)),
            [("keys", persons.ToArray())], cancel)).GroupBy(r => r.Person).ToDictionary(g => g.Key, g => new PersonChannels([.. g.Select(r => r.Channel)]));

    // PostgreSQL adds bigints up to a numeric.
    private static long Whole(System.Data.Common.DbDataReader r, int column) => Convert.ToInt64(r.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);
}
