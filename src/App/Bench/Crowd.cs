using System.Text;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Settings;

namespace Danke.App.Bench;

/// <summary>
/// Millions of persons, each of a phone and a Tmall id that a platform showed together: the rows that the Door leaves of the first of them, written
/// for all others with values of their own.
/// </summary>
internal static class Crowd
{
    public const string Shop = "flagship";
    private const int PerCommit = 200_000;

    public static string Phone(int person) => $"100{person:D8}";
    public static string Ouid(int person) => $"AAHc{person:D12}xq";

    /// <summary>Who the first was when the rows were read, and what they are made of.</summary>
    private sealed record Pattern(CopiedRows Persons, CopiedRows Identifiers, CopiedRows Links, CopiedRows Commands)
    {
        public object?[] IdentifierIn(string @namespace) => Identifiers.Rows.Single(r => (string?)Identifiers.Of(r, "namespace") == @namespace);
    }

    public static async Task Fill(DankeSettings settings, int persons, CancellationToken cancel)
    {
        await SeeFirst(settings, cancel);
        using var vault = Vault.Find(settings.Data, Environment.GetEnvironmentVariable) ?? throw new InvalidOperationException("The server left no key.");
        await using var books = BooksStore.FromSetting(settings.Books);
        var pattern = new Pattern(await Rows("persons"), await Rows("identifiers"), await Rows("links"), await Rows("commands"));
        var first = await books.Write(t => Sequences.TakeRange(t, "person", persons), cancel);
        var phones = Keys(persons, i => vault.Key("phone", "", Phone(i)));
        var ouids = Keys(persons, i => vault.Key("tmall_ouid", Shop, Ouid(i)));
        long Number(int person) => first + person;

        await Write(books, pattern.Persons, Order(persons, Number), i => pattern.Persons.Like(pattern.Persons.Rows[0], ("person_id", Number(i))), cancel);
        await Write(books, pattern.Identifiers, Order(2 * persons, i => i < persons ? phones[i] : ouids[i - persons]), i => i < persons
            ? Identifier(pattern, "phone", phones[i], vault.Seal(Phone(i)), Number(i))
            : Identifier(pattern, "tmall_ouid", ouids[i - persons], vault.Seal(Ouid(i - persons)), Number(i - persons)), cancel);
        await Write(books, pattern.Links, Order(persons, i => Math.Min(phones[i], ouids[i])), i => pattern.Links.Like(pattern.Links.Rows[0],
            ("low_key", Math.Min(phones[i], ouids[i])), ("high_key", Math.Max(phones[i], ouids[i])), ("command_key", CommandKey(i))), cancel);
        await Write(books, pattern.Commands, Order(persons, i => i), i => pattern.Commands.Like(pattern.Commands.Rows[0], ("command_key", CommandKey(i)), ("person_id", Number(i))), cancel);
        await Settle(books, cancel);

        Task<CopiedRows> Rows(string table) => CopiedRows.Read(books, table, cancel);
    }

    // As Books are that have been in use for long: PostgreSQL would tidy up behind so many new rows for minutes.
    private static async Task Settle(BooksStore books, CancellationToken cancel)
    {
        await using var connection = await books.Open(cancel);
        foreach (var sql in books.Dialect == Dialect.Postgres ? (string[])["vacuum (freeze, analyze)", "checkpoint"] : ["analyze"])
        {
            await using var command = connection.CreateCommand();
            (command.CommandText, command.CommandTimeout) = (sql, 0);
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    // Somebody beside the crowd, whose rows are its pattern.
    private static async Task SeeFirst(DankeSettings settings, CancellationToken cancel)
    {
        await using var server = await ServerUnderTest.Start(settings with { Insight = "off" }, cancel);
        using var client = server.NewClient();
        using var content = new StringContent($$$"""
            {"source":"bench-fill","id":"first","type":"interaction.happened","time":"2026-02-01T12:00:00+08:00","channel":"tmall","shop":"{{{Shop}}}","identifiers":[{"namespace":"phone","value":"{{{Phone(99_999_999)}}}"},{"namespace":"tmall_ouid","scope":"{{{Shop}}}","value":"{{{Ouid(99_999_999)}}}"}],"data":{"kind":"visit"}}
            """, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("v1/events", content, cancel);
        answer.EnsureSuccessStatusCode();
    }

    private static string CommandKey(int person) => $"bench-fill/T{person:D10}/seen";

    private static object?[] Identifier(Pattern pattern, string @namespace, long key, byte[] cipher, long person)
    {
        var like = pattern.IdentifierIn(@namespace);
        var isAnchor = pattern.Identifiers.Of(like, "anchor_of") is long and not 0;
        return pattern.Identifiers.Like(like, ("identifier_key", key), ("value_cipher", cipher), ("person_id", person), ("anchor_of", isAnchor ? person : 0));
    }

    private static long[] Keys(int count, Func<int, long> key)
    {
        var keys = new long[count];
        Parallel.For(0, count, i => keys[i] = key(i));
        return keys;
    }

    // In the order of the primary key, as quick as the database can take them.
    private static int[] Order(int count, Func<int, long> key)
    {
        var (keys, order) = (Keys(count, key), Enumerable.Range(0, count).ToArray());
        Array.Sort(keys, order);
        return order;
    }

    private static async Task Write(BooksStore books, CopiedRows like, int[] order, Func<int, object?[]> row, CancellationToken cancel)
    {
        foreach (var chunk in order.Chunk(PerCommit))
        {
            var rows = new object?[chunk.Length][];
            Parallel.For(0, chunk.Length, i => rows[i] = row(chunk[i]));
            await books.Write(t => t.Insert(like.Table, rows).AsTask(), cancel);
        }
    }
}
