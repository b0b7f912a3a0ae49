using Danke.App.Tests.Fixtures;
using Danke.Contracts.Events;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Insight;
using Danke.Platform.Outbox;
using Danke.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Danke.App.Tests.Insight;

/// <summary>Fresh Books and an embedded Insight that follows them, without a server: rows and outbox entries are written directly.</summary>
public sealed class InsightFixture : IAsyncDisposable
{
    private static readonly Table<(long Id, string Key, long Person, long Paid, long Total, string Lines)> Orders =
        new Table<(long Id, string Key, long Person, long Paid, long Total, string Lines)>("orders", "order_id")
            .Long("order_id", o => o.Id).Text("order_key", o => o.Key).Long("person_id", o => o.Person).Long("via_key", _ => 0).Text("channel", _ => "tmall")
            .Text("shop", _ => "s").Text("number", o => o.Key).Long("has_content", _ => 1).Text("kind", _ => "sale").Text("currency", _ => "CNY")
            .Long("lines_minor", o => o.Total).Long("shipping_minor", _ => 0).Long("discount_minor", _ => 0).Long("total_minor", o => o.Total)
            .Long("refunded_minor", _ => 0).Long("content_version", _ => 0).LongOrNull("placed_at_ms", o => o.Paid).LongOrNull("paid_at_ms", o => o.Paid)
            .Text("lines", o => o.Lines).Text("payments", _ => "[]");

    private static readonly Table<(long Seq, byte[] Announcements)> Outbox = new Table<(long Seq, byte[] Announcements)>("outbox", "seq")
        .Long("seq", r => r.Seq).Long("at_ms", _ => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).Text("command_key", r => $"test/{r.Seq}")
        .Long("person_id", _ => 0).Utf8("announcements", r => r.Announcements);

    private readonly BooksFixture books;
    private ServiceProvider services;
    private long lastSeq;

    private InsightFixture(BooksFixture books) => (this.books, services) = (books, NewServices(books));

    public BooksStore Books => books.Store;
    public InsightClient Client => Get<InsightClient>();
    public InsightFeeder Feeder => Get<InsightFeeder>();
    public InsightSupervisor Supervisor => Get<InsightSupervisor>();
    public string Files => Get<InsightEndpoint>().Files!;

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    public static IEnumerable<InsightTable> ModuleTables() =>
        [.. Danke.Persons.PersonsInsightTables.All, .. Danke.Orders.OrdersInsightTables.All, .. Danke.Loyalty.LoyaltyInsightTables.All, .. Danke.Touch.TouchInsightTables.All];

    public static async Task<InsightFixture> New(Dialect dialect)
    {
        var fixture = new InsightFixture(await BooksFixture.New(dialect));
        await fixture.Begin();
        return fixture;
    }

    private static ServiceProvider NewServices(BooksFixture books)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton(_ => books.Store).AddSingleton<DoorStatistics>()
            .AddSingleton(new DankeSettings { Data = books.Folder, Books = books.Setting }).AddInsight();
        foreach (var table in ModuleTables()) services.AddSingleton(table);
        return services.BuildServiceProvider();
    }

    private async Task Begin()
    {
        foreach (var service in services.GetServices<IHostedService>()) await service.StartAsync(default);
    }

    private async Task End()
    {
        foreach (var service in services.GetServices<IHostedService>().Reverse()) await service.StopAsync(default);
    }

    /// <summary>Ends Insight and everything around it, and begins again over the same Books.</summary>
    public async Task Restart(Func<Task>? between = null)
    {
        await End();
        if (between is not null) await between();
        services = NewServices(books);
        await Begin();
    }

    public static (long Id, string Key, long Person, long Paid, long Total, string Lines) Order(long id, long person, params long[] amounts) =>
        (id, $"tmall/s/{id}", person, 1_700_000_000_000 + id, amounts.Sum(), OrderLines(amounts));

    private static string OrderLines(long[] amounts) =>
        "[" + string.Join(',', amounts.Select((amount, i) => $"[\"{i + 1}\",\"SKU\\n{i}\",\"名\",\"cat\",1,{amount},{amount}]")) + "]";

    /// <summary>Writes orders with their announcements, one outbox entry each, in one transaction.</summary>
    public Task PutOrders(params (long Id, string Key, long Person, long Paid, long Total, string Lines)[] orders) => Books.Write(async transaction =>
    {
        await transaction.Upsert(Orders, orders);
        await Announce(transaction, [.. orders.Select(o => new[] { new Announcement("orders.order_paid.v1", "orders", o.Id) })]);
    });

    /// <summary>Runs statements on the Books and announces, in one transaction.</summary>
    public Task Change(string[] statements, params Announcement[] announcements) => Books.Write(async transaction =>
    {
        foreach (var statement in statements) await transaction.Execute(statement);
        await Announce(transaction, announcements);
    });

    private async Task Announce(BooksTransaction transaction, params Announcement[][] entries) =>
        await transaction.Insert(Outbox, entries.Select(e => (Interlocked.Increment(ref lastSeq), OutboxWriter.ToJson(e))).ToList());

    /// <summary>Waits for the feed and asks.</summary>
    public async Task<List<T>> Ask<T>(string sql, Func<InsightRow, T> map)
    {
        await CaughtUp();
        return await Client.Query(sql, map);
    }

    public async Task<long> Count(string sql) => (await Ask(sql, r => r.Long(0))).Single();

    public async Task CaughtUp()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        try
        {
            await Feeder.WaitUntilCaughtUp(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Insight did not catch up: {Feeder.Status}");
        }
    }

    /// <summary>kill -9 of the child.</summary>
    public void KillChild()
    {
        using var child = System.Diagnostics.Process.GetProcessById(Supervisor.ProcessId!.Value);
        child.Kill();
        child.WaitForExit();
    }

    public async Task UntilUp()
    {
        for (var tries = 0; !await Client.Ping(); tries++)
        {
            if (tries == 300) throw new TimeoutException($"Insight does not answer: {Feeder.Status}");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        await services.DisposeAsync();
        await books.DisposeAsync();
    }
}
