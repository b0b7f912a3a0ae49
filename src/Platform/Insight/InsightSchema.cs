using System.Security.Cryptography;
using System.Text;

namespace Danke.Platform.Insight;

/// <summary>What Insight says of itself: whose it is and which declarations it was built by.</summary>
/// <param name="Pair">The Books it belongs to hold the same.</param>
/// <param name="Schema">The fingerprint of the tables' declarations.</param>
internal sealed record InsightIdentity(string Pair, string Schema);

/// <summary>Insight's tables as ClickHouse is told of them.</summary>
internal sealed class InsightSchema(IReadOnlyList<InsightTable> tables, InsightClient insight)
{
    private const string Facts = "insight_facts";

    // fsync: the mark in the Books moves on when an insert has returned; what it covers must survive a power cut.
    // Replaced parts need not stay around for eight minutes.
    private const string Storage =
        "settings non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60";

    /// <summary>Changes when a table is declared differently, and with what the feed itself writes.</summary>
    public string Fingerprint { get; } = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', tables.Select(t => $"{Definition(t, t.Name)}|{t.Select}|{string.Join(',', t.Entities)}")))))[..16];

    /// <summary>The name under which a table is built before it takes the other's place.</summary>
    public static string Shadow(InsightTable table) => table.Name + "__new";

    public Task Create(InsightTable table, string name, CancellationToken cancel) => insight.Execute(Definition(table, name), cancel: cancel);

    public Task Drop(string name, CancellationToken cancel) => insight.Execute($"drop table if exists {name} sync", cancel: cancel);

    private static string Definition(InsightTable table, string name) => $"""
        create table if not exists {name} ({string.Join(", ", table.Columns.Select(c => $"{c.Name} {c.Type}"))}, version UInt64, is_deleted UInt8)
        engine = ReplacingMergeTree(version, is_deleted) order by ({table.OrderBy}) {Storage}
        """;

    /// <summary>Puts the built tables in the old ones' place.</summary>
    public async Task Exchange(CancellationToken cancel)
    {
        var known = (await insight.Query("select name from system.tables where database = currentDatabase()", r => r.Text(0), cancel: cancel)).ToHashSet();
        foreach (var table in tables)
        {
            if (known.Contains(table.Name)) await insight.Execute($"exchange tables {table.Name} and {Shadow(table)}", cancel: cancel);
            else await insight.Execute($"rename table {Shadow(table)} to {table.Name}", cancel: cancel);
        }
    }

    /// <summary>Writes one table anew without the rows of a condition; answers how many there were. Nothing is done where no file can hold any.</summary>
    public async Task<long> Cut(InsightTable table, string condition, CancellationToken cancel)
    {
        var rows = await insight.Count($"select count() from {table.Name} where {condition}", cancel: cancel);
        var replaced = await insight.Count("select count() from system.parts where database = currentDatabase() and table = {table:String} and not active", [("table", table.Name)], cancel);
        if (rows == 0 && replaced == 0) return 0;
        await Drop(Shadow(table), cancel);
        await Create(table, Shadow(table), cancel);
        await insight.Execute($"insert into {Shadow(table)} select * from {table.Name} where not ({condition})", timeout: LongestCopy, cancel: cancel);
        await insight.Execute($"exchange tables {table.Name} and {Shadow(table)}", cancel: cancel);
        await Drop(Shadow(table), cancel);
        return rows;
    }

    private static readonly TimeSpan LongestCopy = TimeSpan.FromHours(1);

    /// <summary>Null when this is no Insight yet.</summary>
    public async Task<InsightIdentity?> Identity(CancellationToken cancel)
    {
        await insight.CreateDatabase(cancel);
        await insight.Execute($"create table if not exists {Facts} (name String, value String, version UInt64) engine = ReplacingMergeTree(version) order by name {Storage}", cancel: cancel);
        var facts = (await insight.Query($"select name, value from {Facts} final", r => (r.Text(0), r.Text(1)), cancel: cancel)).ToDictionary();
        return facts.TryGetValue("pair", out var pair) && facts.TryGetValue("schema", out var schema) ? new InsightIdentity(pair, schema) : null;
    }

    public Task SaveIdentity(string pair, long version, CancellationToken cancel) => insight.Execute(
        $"insert into {Facts} select 'pair', {{pair:String}}, {{version:UInt64}} union all select 'schema', {{schema:String}}, {{version:UInt64}}",
        [("pair", pair), ("schema", Fingerprint), ("version", version)], cancel: cancel);

    /// <summary>The highest version that any row carries, or that was written when rows were cut out; 0 when there is none.</summary>
    public Task<long> HighestVersion(CancellationToken cancel) => insight.Count(
        $"select max(version) from ({string.Join(" union all ", tables.Select(t => t.Name).Append(Facts).Select(t => $"select max(version) as version from {t}"))})", cancel: cancel);
}
