using System.Runtime.CompilerServices;
using Danke.Platform.Exports;

namespace Danke.Audiences;

/// <summary>Who is in an audience, as a file; as of the moment it was begun.</summary>
internal sealed class AudienceExport(AudienceQueries queries, AudienceLines lines)
{
    /// <summary>Numbers only, so that Insight evaluates the condition seldom.</summary>
    private const int NumbersAtOnce = 20_000;

    public static readonly CsvTable<AudiencePerson> Table = new("audience",
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

    public async IAsyncEnumerable<IReadOnlyList<AudiencePerson>> Pages(AudienceDefinition definition, bool mayReveal, [EnumeratorCancellation] CancellationToken cancel)
    {
        var asked = await queries.Ask(definition, cancel);
        for (long? after = 0; after is { } from;)
        {
            var found = await queries.Page(definition, asked, from, NumbersAtOnce, cancel);
            foreach (var page in found.Persons.Chunk(CsvExports.RowsAtOnce)) yield return await lines.Of(page, asked.Program, mayReveal, cancel);
            after = found.Next;
        }
    }
}
