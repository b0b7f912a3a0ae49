using Danke.Platform.Books;

namespace Danke.App.Tests.Fixtures;

/// <summary>
/// One server a database for a whole test class, for tests that do not disturb one another:
/// <c>class MyTests(DankeApps apps) : IClassFixture&lt;DankeApps&gt;</c>, then <c>var app = await apps.On(dialect);</c>.
/// </summary>
public sealed class DankeApps : IAsyncDisposable
{
    private readonly Lazy<Task<DankeApp>> sqlite = new(() => DankeApp.Start(Dialect.Sqlite));
    private readonly Lazy<Task<DankeApp>> postgres = new(() => DankeApp.Start(Dialect.Postgres));

    public Task<DankeApp> On(Dialect dialect) => dialect == Dialect.Sqlite ? sqlite.Value : postgres.Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var each in new[] { sqlite, postgres })
            if (each.IsValueCreated && each.Value.IsCompletedSuccessfully) await (await each.Value).DisposeAsync();
    }
}
