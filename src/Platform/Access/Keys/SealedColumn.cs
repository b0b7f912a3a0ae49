using System.Data.Common;
using Danke.Platform.Books;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Platform.Access.Keys;

/// <summary>A column with values that the vault sealed, which are sealed anew when the key is changed.</summary>
/// <param name="Keys">The table's key. The first is a bigint; of the others <c>text</c> says which are texts.</param>
public sealed record SealedColumn(string Table, string Column, params (string Name, bool IsText)[] Keys)
{
    /// <summary>Rows in one transaction: the Door waits for no more than that.</summary>
    private const long AtOnce = 2_000;

    private sealed record Row(object[] Keys, byte[] Cipher);

    private string First => Keys[0].Name;
    private string Older => $"{Column} is not null and substr({Column}, 1, 1) <> @seal";

    public async Task<long> Left(BooksStore books, int seal, CancellationToken cancel) =>
        (await books.Read($"select count(*) from {Table} where {Older}", r => r.GetInt64(0), [("seal", new[] { (byte)seal })], cancel))[0];

    /// <summary>Seals the next rows from a place on anew, whole rows only; answers where they ended and how many they were. Fewer than asked for: the end.</summary>
    public async Task<(long Last, long Count, bool IsEnd)> Reseal(BooksStore books, Vault vault, long from, CancellationToken cancel) => await books.Write(async t =>
    {
        var rows = await t.Read($"select {string.Join(", ", Keys.Select(k => k.Name))}, {Column} from {Table} where {First} >= @from and {Older} order by {First} limit @most {{for update}}",
            Read, ("from", from), ("seal", new[] { (byte)vault.SealNumber }), ("most", AtOnce));
        await t.Update(Rows(), [.. rows.Select(r => r with { Cipher = vault.Seal(vault.Open(r.Cipher)) })]);
        return (rows.Count == 0 ? from : (long)rows[^1].Keys[0], (long)rows.Count, rows.Count < AtOnce);
    }, cancel);

    private Row Read(DbDataReader r) => new([.. Keys.Select((k, i) => k.IsText ? (object)r.GetString(i) : r.GetInt64(i))], r.Bytes(Keys.Length));

    private Table<Row> Rows()
    {
        var table = new Table<Row>(Table, [.. Keys.Select(k => k.Name)]);
        for (var i = 0; i < Keys.Length; i++)
        {
            var at = i;
            table = Keys[i].IsText ? table.Text(Keys[i].Name, r => (string)r.Keys[at]) : table.Long(Keys[i].Name, r => (long)r.Keys[at]);
        }
        return table.Bytes(Column, r => r.Cipher);
    }
}

/// <summary>Sealed values outside of rows.</summary>
public interface ISealedElsewhere
{
    string Name { get; }

    /// <summary>Seals them anew by the key in use; answers how many there were to be.</summary>
    Task<long> Reseal(CancellationToken cancel);
}

public static class SealedServices
{
    /// <param name="keys">The table's key columns, a bigint first; texts as <c>text:NAME</c>.</param>
    public static IServiceCollection AddSealed(this IServiceCollection services, string table, string column, params string[] keys) =>
        services.AddSingleton(new SealedColumn(table, column, [.. keys.Select(k => k.StartsWith("text:", StringComparison.Ordinal) ? (k["text:".Length..], true) : (k, false))]));
}
