using Danke.Engines.Identity;
using Danke.Engines.Matching;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Persons.Reviewing;

/// <summary>
/// As what persons were compared last. Who changed since is found by looking at all of them, page by page, whatever changed them: an event, a merge, a
/// pin, a number that became somebody else's.
/// </summary>
internal sealed class ComparedPersons(BooksStore books, Vault vault)
{
    /// <summary>With more changes than that everything is compared anew: it costs as much and learns from all.</summary>
    public const int MostChanged = 100_000;

    private const int AtOnce = 5_000;

    private sealed record Row(long Anchor, long Fingerprint, long Run);

    private static readonly Table<Row> Table = new Table<Row>("identity_compared", "anchor_key")
        .Long("anchor_key", r => r.Anchor).Long("fingerprint", r => r.Fingerprint).Long("run_id", r => r.Run);

    /// <param name="Persons">How many there are to compare with.</param>
    /// <param name="Changed">By their anchors; new ones too.</param>
    /// <param name="Gone">Anchors of who was compared and is nobody to compare any more.</param>
    public sealed record Changes(long Persons, IReadOnlyDictionary<long, PersonRecord> Changed, IReadOnlyList<long> Gone);

    /// <summary>Null: more changed than is compared one by one.</summary>
    public async Task<Changes?> Since(IdentityRules rules, CancellationToken cancel)
    {
        var changed = new Dictionary<long, PersonRecord>();
        var seen = new HashSet<long>();
        await foreach (var page in PersonRecords.Pages(books, vault, rules, cancel))
        {
            var known = await Known(page, cancel);
            foreach (var person in page)
            {
                seen.Add(person.Anchor);
                if (known.TryGetValue(person.Anchor, out var before) && before == Fingerprint(PersonRecords.AllColumns, person)) continue;
                changed[person.Anchor] = person;
                if (changed.Count > MostChanged) return null;
            }
        }
        var gone = (await books.Read("select anchor_key from identity_compared", r => r.GetInt64(0), null, cancel)).Where(a => !seen.Contains(a)).ToList();
        return new Changes(seen.Count, changed, gone);
    }

    private async Task<Dictionary<long, long>> Known(IReadOnlyList<PersonRecord> page, CancellationToken cancel) =>
        (await books.Read("select anchor_key, fingerprint from identity_compared where anchor_key in ({keys})", r => (r.GetInt64(0), r.GetInt64(1)), [("keys", page.Select(p => p.Anchor).ToArray())], cancel))
        .ToDictionary(r => r.Item1, r => r.Item2);

    /// <summary>Notes as what persons were compared. A portion at a time: the Door goes on between them.</summary>
    public async Task Keep(IReadOnlyList<string> columns, IEnumerable<PersonRecord> persons, long run, CancellationToken cancel)
    {
        foreach (var some in persons.Chunk(AtOnce))
            await books.Write(async t => await t.Upsert(Table, [.. some.Select(p => new Row(p.Anchor, Fingerprint(columns, p), run))]), cancel);
    }

    public Task<int> ForgetBefore(long run, CancellationToken cancel) => books.Write(t => t.Execute("delete from identity_compared where run_id < @run", ("run", run)), cancel);

    public async Task Forget(IReadOnlyList<long> anchors, CancellationToken cancel)
    {
        foreach (var some in anchors.Chunk(AtOnce))
            await books.Write(t => t.Execute("delete from identity_compared where anchor_key in ({keys})", ("keys", some)), cancel);
    }

    // Which columns nobody fills makes no difference.
    private long Fingerprint(IReadOnlyList<string> columns, PersonRecord person) =>
        vault.Key("identity_compared", "", string.Join('\u001f', person.Cells.Select((cell, i) => (cell, i)).Where(c => c.cell.Length > 0).Select(c => $"{columns[c.i]}={c.cell}")));
}
