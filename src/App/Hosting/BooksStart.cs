using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Modules;
using Danke.Platform.Settings;
using Microsoft.Extensions.Logging;

namespace Danke.App.Hosting;

/// <summary>Opens the Books: brings the schema up to date and finds the data key that belongs to them.</summary>
internal static class BooksStart
{
    /// <summary>Every migration of the platform and the modules, in the order in which they are applied.</summary>
    public static IEnumerable<Migration> AllMigrations(IEnumerable<DankeModule> modules) =>
        Migrations.In(typeof(BooksStore).Assembly, "platform").Concat(modules.SelectMany(m => Migrations.In(m.GetType().Assembly, m.Name)));

    /// <summary>What <see cref="Migrations.Apply"/> would apply.</summary>
    public static async Task<IReadOnlyList<Migration>> Pending(BooksStore books, IEnumerable<Migration> all, CancellationToken cancel)
    {
        if (books is SqliteBooks { IsThere: false }) return [.. all];
        var table = await books.Read(
            "{sqlite:select name from sqlite_master where type = 'table' and name = 'schema_migrations'}{postgres:select to_regclass('schema_migrations')::text}",
            r => r.TextOrNull(0), null, cancel);
        if (table is not [not null]) return [.. all];
        var done = (await books.Read("select module, number from schema_migrations", r => (r.GetString(0), (int)r.GetInt64(1)), null, cancel)).ToHashSet();
        return [.. all.Where(m => !done.Contains((m.Module, m.Number)))];
    }

    /// <summary>
    /// The key that these Books were begun with. New Books get a new key, kept in the data directory; Books that have one - made by
    /// another node, or restored from a backup - must be given the same.
    /// </summary>
    public static async Task<Vault> OpenVault(BooksStore books, DankeSettings settings, Func<string, string?> environment)
    {
        var known = await KnownFingerprint(books);
        var vault = Vault.Find(settings.Data, environment);
        if (vault is null && known is not null)
            throw new StartException("data_key_missing",
                $"{books.Label} was begun with a data key that is not here. Put it in {Vault.EnvironmentName} or copy {Vault.FileName} into {settings.Data}.");
        vault ??= Vault.Create(settings.Data);
        known ??= await Remember(books, vault.Fingerprint);
        if (known != vault.Fingerprint)
            throw new StartException("data_key_differs",
                $"{books.Label} was begun with the data key {known}, and the one given is {vault.Fingerprint}. With another key nothing could be read: give the first one.");
        var seal = await SealInUse(books);
        if (!vault.UseSeal(seal))
            throw new StartException("data_key_missing",
                $"{books.Label} is sealed by key {seal} since a rotation, and that is not here. Copy {Vault.FileName} with its line 'seal {seal} …' from the node that made it, or add '; seal {seal} KEY' to {Vault.EnvironmentName}.");
        return vault;
    }

    private static async Task<int> SealInUse(BooksStore books) =>
        await books.Read("select value from installation where name = 'seal_key'", r => r.GetString(0)) is [var known] ? int.Parse(known, System.Globalization.CultureInfo.InvariantCulture) : Vault.FirstSeal;

    public static async Task<string?> KnownFingerprint(BooksStore books) =>
        (await books.Read("select value from installation where name = 'data_key'", r => r.GetString(0))).FirstOrDefault();

    // Two nodes that begin together: the first to write wins, the other is told.
    private static Task<string> Remember(BooksStore books, string fingerprint) => books.Write(async t =>
    {
        await t.Execute("insert into installation (name, value) values ('data_key', @value) on conflict (name) do nothing", ("value", fingerprint));
        return (await t.Read("select value from installation where name = 'data_key'", r => r.GetString(0)))[0];
    });
}

/// <summary>The server cannot start, and the person at the terminal can do something about it.</summary>
internal sealed class StartException(string code, string message) : Exception(message)
{
    public string Code => code;
}
