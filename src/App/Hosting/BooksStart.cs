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
        return vault;
    }

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
