using Danke.App.Tests.Insight;
using Danke.Platform.Insight;
using Danke.Platform.Settings;
using Danke.Reports;
using Microsoft.Extensions.Logging.Abstractions;

[assembly: Xunit.AssemblyFixture(typeof(Danke.App.Tests.Reports.InsightChild))]

namespace Danke.App.Tests.Reports;

/// <summary>
/// One embedded Insight without Books, for questions about rows that a test writes itself. Each <see cref="NewDatabase"/> has the modules' tables, empty.
/// </summary>
public sealed class InsightChild : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("danke-insight-").FullName;
    private readonly List<InsightClient> clients = [];
    private InsightEndpoint endpoint = null!;
    private InsightSupervisor supervisor = null!;
    private int databases;

    public async ValueTask InitializeAsync()
    {
        endpoint = InsightEndpoint.Of(new DankeSettings { Data = folder, Books = "" });
        supervisor = new InsightSupervisor(endpoint, TimeProvider.System, NullLogger<InsightSupervisor>.Instance);
        await supervisor.StartAsync(default);
        using var client = new InsightClient(endpoint);
        for (var tries = 0; !await client.Ping(); tries++)
        {
            if (tries == 600) throw new TimeoutException($"Insight does not answer: {supervisor.Error}");
            await Task.Delay(50);
        }
    }

    public async Task<InsightDatabase> NewDatabase()
    {
        var client = new InsightClient(endpoint with { Database = $"test_{Interlocked.Increment(ref databases)}" });
        lock (clients) clients.Add(client);
        await client.CreateDatabase();
        var tables = InsightFixture.ModuleTables().ToDictionary(t => t.Name);
        var schema = new InsightSchema([.. tables.Values], client);
        foreach (var table in tables.Values) await schema.Create(table, table.Name, default);
        return new InsightDatabase(client, tables);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        await supervisor.StopAsync(default);
        supervisor.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>Tables of Insight that a test fills, and reports over them.</summary>
public sealed class InsightDatabase(InsightClient client, IReadOnlyDictionary<string, InsightTable> tables)
{
    private long version;

    public InsightClient Client => client;

    /// <summary>Rows as the table's columns are declared: long, string, string[], Dictionary, null.</summary>
    public async Task Insert(string table, IEnumerable<object?[]> rows)
    {
        var declared = tables[table];
        var writer = new RowBinaryWriter(declared, Interlocked.Increment(ref version));
        foreach (var row in rows)
        {
            if (row.Length != declared.Columns.Count) throw new ArgumentException($"{table} has {declared.Columns.Count} columns, the row {row.Length}.");
            for (var i = 0; i < row.Length; i++) Write(writer, declared.Columns[i].Type, row[i]);
        }
        await client.Insert(table, [.. declared.Columns.Select(c => c.Name), "version", "is_deleted"], writer.Written, writer.Count);
    }

    private static void Write(RowBinaryWriter writer, string type, object? value)
    {
        if (type.StartsWith("Nullable", StringComparison.Ordinal)) writer.WriteOrNull((long?)value);
        else if (value is string or null) writer.Write((string?)value);
        else if (value is string[] or Dictionary<string, string>) writer.Write(System.Text.Json.JsonSerializer.Serialize(value));
        else writer.Write(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The Insight row goes, as when a person is absorbed or erased.</summary>
    public Task Delete(string table, string where) =>
        client.Execute($"insert into {table} select * replace(version + 1000 as version, 1 as is_deleted) from {table} final where {where}");

    public ReportRunner Reports(string zone = "Asia/Shanghai", string currency = "CNY", TimeProvider? clock = null) => new(
        client, _ => ValueTask.FromResult(new Brand("Test", zone, currency, ["zh-CN"])), clock ?? TimeProvider.System,
        () => new InsightStatus(InsightMode.Embedded, InsightPhase.Feeding, 3, 1.5, 0, 0));
}

[CollectionDefinition(nameof(InsightChild))]
public sealed class InsightChildCollection : ICollectionFixture<RetailInsight>;
