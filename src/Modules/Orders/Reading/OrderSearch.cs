using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Platform.Books;

namespace Danke.Orders.Reading;

/// <summary>
/// Finds orders by their number. Orders are kept under channel/shop/number: the channels and shops there are come out of that very index, a
/// step each, and with each of them the number is one look-up.
/// </summary>
internal sealed class OrderSearch(BooksStore books) : IPersonFinder, IOrderLabels
{
    private const int LongestNumber = 256;

    // '0' is the character after '/': the next key that begins with another shop.
    private const string ByNumber = """
        with recursive shops (channel, shop) as (
          select channel, shop from orders where order_key = (select min(order_key) from orders)
          union all
          select o.channel, o.shop from shops s
          join orders o on o.order_key = (select min(n.order_key) from orders n where n.order_key >= (s.channel || '/' || s.shop || '0') {c})
        )
        select order_id, person_id from orders where order_key in (select (channel || '/' || shop || '/' || @number) {c} from shops)
        """;

    /// <summary>The orders of that number; several when shops count alike.</summary>
    public async Task<IReadOnlyList<(long OrderId, long PersonId)>> Find(string number, CancellationToken cancel) =>
        number.Length is 0 or > LongestNumber ? [] : await books.Read(ByNumber, r => (r.GetInt64(0), r.GetInt64(1)), [("number", number)], cancel);

    async Task<IReadOnlyList<long>> IPersonFinder.Find(string text, CancellationToken cancel) =>
        [.. (await Find(text, cancel)).Select(o => o.PersonId).Where(p => p != 0).Distinct()];

    public async Task<IReadOnlyDictionary<long, OrderLabel>> Of(IReadOnlyCollection<long> orders, CancellationToken cancel) =>
        orders.Count == 0 ? new Dictionary<long, OrderLabel>()
        : (await books.Read("select order_id, channel, shop, number from orders where order_id in ({keys})",
            r => (Id: r.GetInt64(0), Label: new OrderLabel(r.GetString(1), r.GetString(2), r.GetString(3))), [("keys", orders.ToArray())], cancel))
            .ToDictionary(r => r.Id, r => r.Label);
}
