using Danke.Loyalty.Earning;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Pools;

/// <summary>The pools that a batch speaks of, their members and what was spent. A batch that speaks of none asks the Books nothing.</summary>
internal sealed class LoadedPools
{
    /// <summary>What the others spent of a member's points before this batch.</summary>
    private readonly record struct Spent(long RedemptionId, long PoolId, long Member, long MemberVia, long Spender, long SpenderVia, long AtMs, long Points);

    private readonly Dictionary<long, PoolRow> pools = [];
    private readonly Dictionary<long, PoolMemberRow> members = [];
    private readonly Dictionary<long, PoolPartRow> parts = [];
    private readonly List<Spent> spent = [];
    private readonly HashSet<long> guests = [];
    private readonly HashSet<long> knownPools = [], knownMembers = [], knownParts = [], changedPools = [], changedMembers = [];

    /// <summary>Persons whose points the batch may move, beside those that its commands are about.</summary>
    public IEnumerable<long> Persons => members.Values.Select(m => m.PersonId).Concat(spent.Select(s => s.Member)).Concat(guests).Distinct();

    /// <summary>Redemptions that may be given back.</summary>
    public IReadOnlyCollection<long> Redemptions { get; private set; } = [];

    public static async ValueTask<LoadedPools> Load(Batch batch, BooksTransaction books)
    {
        var loaded = new LoadedPools();
        HashSet<long> ids = [], returns = [];
        foreach (var step in batch.Steps)
            switch (step.Command.Body)
            {
                case PoolInvited invited:
                    ids.Add(invited.PoolId);
                    loaded.guests.Add(invited.Guest);
                    break;
                case PoolJoined joined: ids.Add(joined.PoolId); break;
                case PoolLeft left: ids.Add(left.PoolId); break;
                case PoolLimited limited: ids.Add(limited.PoolId); break;
                case PoolRedeemed redeemed: ids.Add(redeemed.PoolId); break;
                case PoolReturned returned: returns.Add(returned.PoolRedemptionId); break;
            }
        if (returns.Count > 0) await loaded.ReadParts(books, returns);
        ids.UnionWith(loaded.parts.Values.Select(p => p.PoolId));
        if (ids.Count > 0) await loaded.Read(books, ids.ToArray());
        return loaded;
    }

    private async ValueTask ReadParts(BooksTransaction books, HashSet<long> returns)
    {
        foreach (var part in await books.Read(PoolPartRow.Select + " where pool_redemption_id in ({keys})", PoolPartRow.Read, ("keys", returns.ToArray())))
        {
            parts[part.RedemptionId] = part;
            knownParts.Add(part.RedemptionId);
        }
        Redemptions = [.. parts.Keys];
    }

    /// <summary>Redemptions that pay for orders may be parts of what a pool spent.</summary>
    public async ValueTask LoadPartsOf(BooksTransaction books, IReadOnlyCollection<long> tenders)
    {
        var unknown = tenders.Where(id => !parts.ContainsKey(id)).ToArray();
        if (unknown.Length == 0) return;
        foreach (var part in await books.Read(PoolPartRow.Select + " where redemption_id in ({keys})", PoolPartRow.Read, ("keys", unknown)))
        {
            parts[part.RedemptionId] = part;
            knownParts.Add(part.RedemptionId);
        }
    }

    private async ValueTask Read(BooksTransaction books, long[] ids)
    {
        foreach (var pool in await books.Read(PoolRow.Select + " where pool_id in ({keys}) order by pool_id {for update}", PoolRow.Read, ("keys", ids))) pools[pool.Id] = pool;
        foreach (var member in await books.Read(PoolMemberRow.Select + " where pool_id in ({keys})", PoolMemberRow.Read, ("keys", ids))) members[member.Id] = member;
        knownPools.UnionWith(pools.Keys);
        knownMembers.UnionWith(members.Keys);
        spent.AddRange(await books.Read("""
            select p.redemption_id, p.pool_id, r.person_id, r.via_key, p.person_id, p.via_key, p.at_ms, r.points from pool_redemptions p join redemptions r on r.redemption_id = p.redemption_id
            where p.pool_id in ({keys})
            """, r => new Spent(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7)), ("keys", ids)));
    }

    public PoolRow? Find(long pool) => pools.GetValueOrDefault(pool);

    public List<PoolMemberRow> MembersOf(long pool) => [.. members.Values.Where(m => m.PoolId == pool).OrderBy(m => m.Id)];

    /// <summary>Somebody's place in a pool; who turned out to be one of several members has the first that is not left.</summary>
    public PoolMemberRow? Place(long pool, IReadOnlyCollection<long> persons) =>
        MembersOf(pool).Where(m => persons.Contains(m.PersonId)).OrderBy(m => m.State == PoolMemberRow.Left).ThenBy(m => m.State == PoolMemberRow.Invited).FirstOrDefault();

    /// <summary>Of which spending of a pool a redemption is a part; null when a member spent alone.</summary>
    public PoolPartRow? PartOf(long redemption) => parts.GetValueOrDefault(redemption);

    public List<PoolPartRow> Parts(long together) => [.. parts.Values.Where(p => p.Together == together).OrderBy(p => p.RedemptionId)];

    /// <summary>What others spent of the member's points since an instant, by the pool.</summary>
    public long SpentByOthers(long pool, long member, long fromMs) => spent.Where(s => s.PoolId == pool && s.Member == member && s.Spender != member && s.AtMs >= fromMs).Sum(s => s.Points);

    public void Put(PoolRow pool)
    {
        pools[pool.Id] = pool;
        changedPools.Add(pool.Id);
    }

    public void Put(PoolMemberRow member)
    {
        members[member.Id] = member;
        changedMembers.Add(member.Id);
    }

    public void Add(PoolPartRow part, RedemptionRow redemption)
    {
        parts[part.RedemptionId] = part;
        spent.Add(new Spent(part.RedemptionId, part.PoolId, redemption.PersonId, redemption.Redemption.Via, part.Spender, part.SpenderVia, part.AtMs, redemption.Redemption.Points));
    }

    /// <summary>Places and ownership go where the identifier goes that they came by.</summary>
    public void Follow(Step step)
    {
        foreach (var pool in pools.Values.ToList()) pools[pool.Id] = pool with { PersonId = step.OwnerAfter(pool.PersonId, pool.ViaKey) };
        foreach (var member in members.Values.ToList()) members[member.Id] = member with { PersonId = step.OwnerAfter(member.PersonId, member.ViaKey) };
        foreach (var part in parts.Values.ToList()) parts[part.RedemptionId] = part with { Spender = step.OwnerAfter(part.Spender, part.SpenderVia) };
        for (var i = 0; i < spent.Count; i++)
            spent[i] = spent[i] with { Member = step.OwnerAfter(spent[i].Member, spent[i].MemberVia), Spender = step.OwnerAfter(spent[i].Spender, spent[i].SpenderVia) };
    }

    public async ValueTask Save(BooksTransaction books)
    {
        await books.Insert(PoolRow.Table, changedPools.Where(id => !knownPools.Contains(id)).Order().Select(id => pools[id]).ToList());
        await books.Upsert(PoolRow.Table, changedPools.Where(knownPools.Contains).Order().Select(id => pools[id]).ToList());
        await books.Insert(PoolMemberRow.Table, changedMembers.Where(id => !knownMembers.Contains(id)).Order().Select(id => members[id]).ToList());
        await books.Upsert(PoolMemberRow.Table, changedMembers.Where(knownMembers.Contains).Order().Select(id => members[id]).ToList());
        await books.Insert(PoolPartRow.Table, parts.Values.Where(p => !knownParts.Contains(p.RedemptionId)).OrderBy(p => p.RedemptionId).ToList());
    }
}
