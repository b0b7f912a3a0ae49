using System.Collections.Concurrent;
using Danke.App.Hosting;
using Danke.Platform.Books;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Danke.App.Scenarios;

/// <summary>
/// Books for one play each, copied from a template that has all tables, and gone afterwards: a SQLite file, in memory's file system where
/// there is one, or a database of our own on a PostgreSQL server. What is there already is never touched.
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

    /// <summary>A database made for one play is emptied for the next: making one takes longer than most plays.</summary>
    private sealed class OnPostgres(string server) : FreshBooks
    {
        private readonly string name = $"danke_scenarios_{Environment.ProcessId}_{Interlocked.Increment(ref made)}";
        private readonly ConcurrentBag<string> free = [];
        private readonly ConcurrentBag<string> all = [];
        private string emptying = "";

        private string Connection(string database) => new NpgsqlConnectionStringBuilder(PostgresBooks.FromUri(server)) { Database = database, MaxPoolSize = 20 }.ConnectionString;

        protected override async Task MakeTemplate()
        {
            await Execute("postgres", $"create database {name}");
            await Migrate(Connection(name));
            await using var books = BooksStore.FromSetting(Connection(name));
            var tables = await books.Read("select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations' order by tablename", r => r.GetString(0));
            emptying = string.Concat(tables.Select(t => $"delete from {t};"));
        }

        protected override async Task<Copy> New(string folder)
        {
            if (!free.TryTake(out var database))
            {
                all.Add(database = $"{name}_{Path.GetFileName(folder)}");
                await Execute("postgres", $"create database {database} template {name}");
            }
            return new Copy(Connection(database), folder, async () =>
            {
                await Execute(database, emptying);
                free.Add(database);
            });
        }

        private async Task Execute(string database, string sql)
        {
            await using var connection = new NpgsqlConnection(Connection(database));
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            foreach (var database in all.Append(name)) await Execute("postgres", $"drop database if exists {database} with (force)");
            await base.DisposeAsync();
        }
    }
}
