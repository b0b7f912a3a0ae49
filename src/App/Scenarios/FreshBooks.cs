using Danke.App.Hosting;
using Danke.Platform.Books;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Danke.App.Scenarios;

/// <summary>
/// Books for one play each, copied from a template that has all tables, and gone afterwards: a SQLite file in memory's file system where
/// there is one, or a database on a PostgreSQL server. What is there already is never touched.
/// </summary>
internal abstract class FreshBooks : IAsyncDisposable
{
    private static int made;

    private readonly Lazy<Task> template;

    protected FreshBooks() => template = new Lazy<Task>(MakeTemplate);

    protected string Scratch { get; } = Directory.CreateDirectory(Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"danke-scenarios-{Environment.ProcessId}-{Interlocked.Increment(ref made)}")).FullName;

    /// <summary>Books of one play.</summary>
    public sealed record Copy(string Setting, string Folder, Func<ValueTask> Drop) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Drop();
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <param name="books">A PostgreSQL server as <c>--books</c> names it; null for SQLite.</param>
    public static FreshBooks On(string? books) => books is null ? new OnSqlite() : new OnPostgres(books);

    public async Task<Copy> New()
    {
        await template.Value;
        var folder = Directory.CreateDirectory(Path.Combine(Scratch, Interlocked.Increment(ref made).ToString(System.Globalization.CultureInfo.InvariantCulture))).FullName;
        return await New(folder);
    }

    protected abstract Task MakeTemplate();
    protected abstract Task<Copy> New(string folder);

    protected static async Task Migrate(string setting)
    {
        await using var books = BooksStore.FromSetting(setting);
        await Migrations.Apply(books, BooksStart.AllMigrations(ModuleList.All), 0, NullLogger.Instance);
    }

    public virtual ValueTask DisposeAsync()
    {
        Directory.Delete(Scratch, recursive: true);
        return ValueTask.CompletedTask;
    }

    private sealed class OnSqlite : FreshBooks
    {
        private string Template => Path.Combine(Scratch, "template.db");

        // Closing the last connection moves the log into the file.
        protected override Task MakeTemplate() => Migrate("sqlite:" + Template);

        protected override Task<Copy> New(string folder)
        {
            var file = Path.Combine(folder, "books.db");
            File.Copy(Template, file);
            return Task.FromResult(new Copy("sqlite:" + file, folder, () => ValueTask.CompletedTask));
        }
    }

    private sealed class OnPostgres(string server) : FreshBooks
    {
        private readonly string original = $"danke_scenarios_{Environment.ProcessId}_{Interlocked.Increment(ref made)}";

        private string Database(string name) => new NpgsqlConnectionStringBuilder(PostgresBooks.FromUri(server)) { Database = name, Pooling = true, MaxPoolSize = 20 }.ConnectionString;

        protected override async Task MakeTemplate()
        {
            await Execute($"create database {original}");
            await Migrate(new NpgsqlConnectionStringBuilder(Database(original)) { Pooling = false }.ConnectionString);
        }

        protected override async Task<Copy> New(string folder)
        {
            var name = $"{original}_{Path.GetFileName(folder)}";
            await Execute($"create database {name} template {original}");
            return new Copy(Database(name), folder, () => new ValueTask(Execute($"drop database {name} with (force)")));
        }

        private async Task Execute(string sql)
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(PostgresBooks.FromUri(server)) { Database = "postgres" }.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await Execute($"drop database if exists {original} with (force)");
            await base.DisposeAsync();
        }
    }
}
