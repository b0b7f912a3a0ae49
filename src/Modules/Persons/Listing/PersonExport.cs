using System.Runtime.CompilerServices;
using Danke.Contracts.Persons;
using Danke.Platform.Exports;

namespace Danke.Persons.Listing;

/// <summary>The list of persons as a file.</summary>
internal sealed class PersonExport(PersonList list, PersonLines lines)
{
    /// <summary>Places in an ordering, two numbers each, so that few conditions are looked up once and not once a page.</summary>
    private const int PlacesAtOnce = 20_000;

    public static readonly CsvTable<PersonsEndpoint.PersonLine> Table = new("persons",
    [
        new("person_id", "消费者编号", "Person number", p => p.PersonId),
        new("name", "姓名", "Name", p => p.Name),
        new("card", "会员卡号", "Card", p => p.Card),
        new("tier", "等级代码", "Tier code", p => p.Tier),
        new("tier_title", "等级", "Tier", p => p.TierTitle),
        new("points_spendable", "可用积分", "Points", p => p.PointsSpendable),
        new("orders", "购买次数", "Purchases", p => p.Orders),
        new("spent", "消费金额", "Spent", p => p.Currency is null ? null : new CsvMoney(p.SpentMinor, p.Currency)),
        new("currency", "币种", "Currency", p => p.Currency),
        new("channels", "渠道", "Channels", p => p.Channels),
        new("province", "省份", "Province", p => p.Province),
        new("city", "城市", "City", p => p.City),
        new("last_seen", "最近活跃", "Last seen", p => p.LastSeen),
        new("joined_at", "入会时间", "Joined", p => p.JoinedAt),
    ]);

    public async IAsyncEnumerable<IReadOnlyList<PersonsEndpoint.PersonLine>> Pages(ListRequest request, bool mayReveal, [EnumeratorCancellation] CancellationToken cancel)
    {
        RankedPerson? after = null;
        do
        {
            var listed = await list.Read(request with { After = after, Limit = PlacesAtOnce }, cancel);
            foreach (var page in listed.Persons.Chunk(CsvExports.RowsAtOnce))
                yield return await lines.Of([.. page.Select(p => p.PersonId)], request.Criteria.Program, mayReveal, cancel);
            after = listed.Next;
        }
        while (after is not null);
    }
}
