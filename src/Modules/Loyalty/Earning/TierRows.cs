using System.Data.Common;
using Danke.Engines.Tiers;
using Danke.Platform.Books;

namespace Danke.Loyalty.Earning;

/// <param name="IsGrace">A split moved it and not what the member did: a program may let the member keep the higher tier for a while.</param>
/// <param name="Why">The numbers it rests on, as JSON; null under the plain rule.</param>
internal sealed record TierMoveRow(
    long Id, long PersonId, string Program, string From, string To, long Growth, long AtMs, string Reason, string CommandKey, long ViaKey, bool IsGrace, long ProgramVersion, string? Why)
{
    public static readonly Table<TierMoveRow> Table = new Table<TierMoveRow>("tier_moves", "tier_move_id")
        .Long("tier_move_id", r => r.Id).Long("person_id", r => r.PersonId).Text("program", r => r.Program).Text("from_tier", r => r.From)
        .Text("to_tier", r => r.To).Long("growth", r => r.Growth).Long("at_ms", r => r.AtMs).Text("reason", r => r.Reason).Text("command_key", r => r.CommandKey)
        .Long("via_key", r => r.ViaKey).Long("is_grace", r => r.IsGrace ? 1 : 0).Long("program_version", r => r.ProgramVersion).Text("why", r => r.Why);
}

internal sealed record TierFactRow(long Id, long PersonId, string Program, TierFact Fact, string CommandKey)
{
    public const string Select = "select tier_fact_id, person_id, program, via_key, order_id, at_ms, growth, spend_minor, orders, command_key from tier_facts";

    public static TierFactRow Read(DbDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetString(2),
        new TierFact(r.GetInt64(5), r.GetInt64(3), r.GetInt64(4), new Counts(r.GetInt64(6), r.GetInt64(7), r.GetInt64(8))), r.GetString(9));

    public static readonly Table<TierFactRow> Table = new Table<TierFactRow>("tier_facts", "tier_fact_id")
        .Long("tier_fact_id", r => r.Id).Long("person_id", r => r.PersonId).Text("program", r => r.Program).Long("via_key", r => r.Fact.Via).Long("order_id", r => r.Fact.OrderId)
        .Long("at_ms", r => r.Fact.AtMs).Long("growth", r => r.Fact.Counts.Growth).Long("spend_minor", r => r.Fact.Counts.SpendMinor).Long("orders", r => r.Fact.Counts.Orders)
        .Text("command_key", r => r.CommandKey);
}

/// <param name="Proof">Of a match: what was shown of the other program.</param>
internal sealed record TierGrantRow(long PersonId, string Program, TierGrant Grant, string? Reason, string? Proof, string CommandKey, string? EndedBy = null)
{
    public const string Select = """
        select tier_grant_id, person_id, program, via_key, tier, kind, from_ms, until_ms, order_id, reason, proof, command_key, ended_at_ms, ended_by from tier_grants
        """;

    public static TierGrantRow Read(DbDataReader r) => new(r.GetInt64(1), r.GetString(2),
        new TierGrant(r.GetInt64(0), r.GetInt64(3), r.GetString(4), Parse(r.GetString(5)), r.GetInt64(6), r.LongOrNull(7), r.GetInt64(8), r.LongOrNull(12)),
        r.TextOrNull(9), r.TextOrNull(10), r.GetString(11), r.TextOrNull(13));

    public static readonly Table<TierGrantRow> Table = new Table<TierGrantRow>("tier_grants", "tier_grant_id")
        .Long("tier_grant_id", r => r.Grant.GrantId).Long("person_id", r => r.PersonId).Text("program", r => r.Program).Long("via_key", r => r.Grant.Via).Text("tier", r => r.Grant.Tier)
        .Text("kind", r => Of(r.Grant.Kind)).Long("from_ms", r => r.Grant.FromMs).LongOrNull("until_ms", r => r.Grant.UntilMs).Long("order_id", r => r.Grant.OrderId)
        .Text("reason", r => r.Reason).Text("proof", r => r.Proof).Text("command_key", r => r.CommandKey).LongOrNull("ended_at_ms", r => r.Grant.EndedAtMs).Text("ended_by", r => r.EndedBy);

    public static string Of(GrantKind kind) => kind switch
    {
        GrantKind.Match => "match",
        GrantKind.Paid => "paid",
        _ => "manual",
    };

    public static GrantKind Parse(string word) => word switch
    {
        "match" => GrantKind.Match,
        "paid" => GrantKind.Paid,
        _ => GrantKind.Manual,
    };
}

/// <summary>What an order's growth in the ledger was before the program asked for more than growth.</summary>
internal sealed record EarlierGrowth(long PersonId, string Program, TierFact Fact)
{
    /// <summary>What facts have of it already is left out.</summary>
    public TierFact? Beside(Counts known) => known.Growth == Fact.Counts.Growth ? null
        : Fact with { Counts = known == default ? Fact.Counts : new Counts(Fact.Counts.Growth - known.Growth, 0, 0) };

    // What was bought is what is still kept of it: when it was taken back is no longer known of spending.
    public const string Select = """
        select e.person_id, e.program, e.via_key, e.order_id, min(e.at_ms), sum(e.growth), coalesce(max(a.base_minor), 0)
        from points_entries e left join order_awards a on a.order_id = e.order_id and a.program = e.program
        where e.person_id in ({keys}) and e.growth <> 0
        group by e.person_id, e.program, e.via_key, e.order_id having sum(e.growth) <> 0 order by e.order_id, e.via_key
        """;

    public static EarlierGrowth Read(DbDataReader r) => new(r.GetInt64(0), r.GetString(1), new TierFact(r.GetInt64(4), r.GetInt64(2), r.GetInt64(3),
        new Counts(Convert.ToInt64(r.GetValue(5), System.Globalization.CultureInfo.InvariantCulture), r.GetInt64(6), r.GetInt64(6) > 0 ? 1 : 0)));
}

/// <summary>What counts for one member's tier: facts and grants, as far as they were loaded.</summary>
internal sealed class MemberTiers
{
    private readonly List<(TierFactRow Row, bool IsNew)> facts = [];
    private readonly Dictionary<long, (TierGrantRow Row, bool IsNew, bool IsChanged)> grants = [];

    /// <summary>Nothing is in the Books that is not here.</summary>
    public bool IsKnown { get; set; } = true;

    /// <summary>Something changed that the tier may depend on.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Growth that came before the program asked for more, and is no fact yet.</summary>
    public List<TierFact> Earlier { get; } = [];

    public bool IsEmpty => facts.Count == 0 && grants.Count == 0 && Earlier.Count == 0;
    public IEnumerable<TierFactRow> Facts => facts.Select(f => f.Row);
    public IEnumerable<TierGrantRow> Grants => grants.Values.Select(g => g.Row).OrderBy(g => g.Grant.GrantId);
    public IEnumerable<TierFactRow> NewFacts => facts.Where(f => f.IsNew).Select(f => f.Row);
    public IEnumerable<TierGrantRow> NewGrants => grants.Values.Where(g => g.IsNew).Select(g => g.Row);
    public IEnumerable<TierGrantRow> ChangedGrants => grants.Values.Where(g => g is { IsNew: false, IsChanged: true }).Select(g => g.Row);

    public void Load(TierFactRow fact) => facts.Add((fact, false));

    public void Load(TierGrantRow grant) => grants[grant.Grant.GrantId] = (grant, false, false);

    public void Add(TierFactRow fact)
    {
        facts.Add((fact, true));
        IsDirty = true;
    }

    public void Put(TierGrantRow grant)
    {
        grants[grant.Grant.GrantId] = (grant, !grants.TryGetValue(grant.Grant.GrantId, out var known) || known.IsNew, true);
        IsDirty = true;
    }

    public TierGrantRow? Grant(long id) => grants.TryGetValue(id, out var known) ? known.Row : null;

    public void TakeAll(MemberTiers other)
    {
        facts.AddRange(other.facts);
        foreach (var (id, grant) in other.grants) grants[id] = grant;
        Earlier.AddRange(other.Earlier);
        (IsKnown, IsDirty) = (IsKnown && other.IsKnown, true);
        other.facts.Clear();
        other.grants.Clear();
        other.Earlier.Clear();
        other.IsDirty = true;
    }

    public void TakeVia(MemberTiers other, IReadOnlySet<long> keys)
    {
        facts.AddRange(other.facts.Where(f => keys.Contains(f.Row.Fact.Via)));
        other.facts.RemoveAll(f => keys.Contains(f.Row.Fact.Via));
        foreach (var (id, grant) in other.grants.Where(g => keys.Contains(g.Value.Row.Grant.Via)).ToList())
        {
            grants[id] = grant;
            other.grants.Remove(id);
        }
        Earlier.AddRange(other.Earlier.Where(f => keys.Contains(f.Via)));
        other.Earlier.RemoveAll(f => keys.Contains(f.Via));
        (IsDirty, other.IsDirty) = (true, true);
    }
}
