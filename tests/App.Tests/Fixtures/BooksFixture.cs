using Danke.App.Hosting;
using Danke.Platform.Books;
using Microsoft.Extensions.Logging.Abstractions;

namespace Danke.App.Tests.Fixtures;

/// <summary>Fresh Books with the whole schema, without a server: a SQLite file or a PostgreSQL database.</summary>
public sealed class BooksFixture : IAsyncDisposable
{
    private BooksFixture(BooksStore store, string setting, string folder) => (Store, Setting, Folder) = (store, setting, folder);

    public BooksStore Store { get; }

    /// <summary>As <c>DANKE_BOOKS</c> would name them.</summary>
    public string Setting { get; }

    /// <summary>A temporary folder, removed with the Books.</summary>
    public string Folder { get; }

    public static async Task<BooksFixture> New(Dialect dialect)
    {
        var folder = NewFolder();
        var setting = await NewSetting(dialect, folder);
        var store = BooksStore.FromSetting(setting);
        if (dialect == Dialect.Sqlite) await Migrations.Apply(store, BooksStart.AllMigrations(ModuleList.All), 0, NullLogger.Instance);
        return new BooksFixture(store, setting, folder);
    }

    /// <summary>Empty Books as an older server made them: without a module's migrations from a number on.</summary>
    public static async Task<BooksFixture> Before(Dialect dialect, string module, int number)
    {
        var folder = NewFolder();
        var setting = await NewSetting(dialect, folder);
        var store = BooksStore.FromSetting(setting);
        if (dialect == Dialect.Postgres) await store.Write(async t =>
        {
            await t.Execute("drop schema public cascade");
            await t.Execute("create schema public");
        });
        await Migrations.Apply(store, BooksStart.AllMigrations(ModuleList.All).Where(m => m.Module != module || m.Number < number), 0, NullLogger.Instance);
        return new BooksFixture(store, setting, folder);
    }

    /// <summary>As a server does at its start.</summary>
    public Task Migrate() => Migrations.Apply(Store, BooksStart.AllMigrations(ModuleList.All), 0, NullLogger.Instance);

    /// <summary>The same Books opened a second time, as by another node.</summary>
    public BooksFixture Shared() => new(BooksStore.FromSetting(Setting), Setting, NewFolder());

    internal static string NewFolder() => Directory.CreateTempSubdirectory("danke-test-").FullName;

    /// <summary>A child that is ending may write its last file into a folder that is being removed.</summary>
    internal static async Task Remove(string folder)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (tries < 50)
            {
                await Task.Delay(100);
            }
        }
    }

    internal static async Task<string> NewSetting(Dialect dialect, string folder) =>
        dialect == Dialect.Sqlite ? "sqlite:" + Path.Combine(folder, "books.db") : await PostgresCluster.NewDatabase() + ";Maximum Pool Size=20";

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Remove(Folder);
    }
}
