using System.Text;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Npgsql;

namespace Danke.App.Tests.Privacy;

/// <summary>Looks through every byte of both stores and of all files of an installation.</summary>
internal static class ByteScan
{
    /// <summary>Where any of the values is: file and value. As it is, as JSON escapes it, in UTF-16, and sealed.</summary>
    public static async Task<List<string>> Find(BooksStore books, string setting, string data, Vault vault, params string[] values)
    {
        var wanted = values.SelectMany(v => Forms(v, vault).Select(f => (Value: v, Bytes: f))).ToList();
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Concat(await Tables(books, setting)))
        {
            byte[] bytes;
            try { bytes = await File.ReadAllBytesAsync(file); }
            catch (IOException) { continue; } // Gone meanwhile.
            foreach (var (value, form) in wanted)
                if (bytes.AsSpan().IndexOf(form) >= 0) found.Add($"{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileName(file)}: {value}");
        }
        return [.. found.Distinct()];
    }

    private static IEnumerable<byte[]> Forms(string value, Vault vault) => new[]
    {
        Encoding.UTF8.GetBytes(value), Encoding.Unicode.GetBytes(value), Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value).Trim('"')), vault.Seal(value),
    };

    /// <summary>PostgreSQL's own files of the database, as they are on the disk.</summary>
    private static async Task<IEnumerable<string>> Tables(BooksStore books, string setting)
    {
        if (books.Dialect == Dialect.Sqlite) return [];
        await using var connection = new NpgsqlConnection(setting + ";Pooling=false");
        await connection.OpenAsync();
        await new NpgsqlCommand("checkpoint", connection).ExecuteNonQueryAsync();
        var folder = (string)(await new NpgsqlCommand("select current_setting('data_directory') || '/base/' || (select oid from pg_database where datname = current_database())", connection).ExecuteScalarAsync())!;
        return Directory.EnumerateFiles(folder);
    }

    public static Task<List<string>> Find(DankeApp app, params string[] values) => Find(app.Books, app.Settings.Books, app.Data, app.Get<Vault>(), values);
}
