using System.Globalization;
using System.Text.Json.Nodes;
using Danke.Platform.Books;
using Danke.Platform.Jobs;

namespace Danke.Platform.Access.Keys;

/// <summary>How the keys stand: the number that values are sealed by, and the one that all of them are sealed by.</summary>
public sealed record KeyStanding(int InUse, int Everything);

/// <summary>Which key is in use, as the Books say to all nodes.</summary>
public sealed class KeyBook(BooksStore books, Audit audit)
{
    public async Task<KeyStanding> Standing(CancellationToken cancel = default)
    {
        var known = (await books.Read("select name, value from installation where name in ('seal_key', 'sealed_by')", r => (r.GetString(0), int.Parse(r.GetString(1), CultureInfo.InvariantCulture)), null, cancel))
            .ToDictionary(r => r.Item1, r => r.Item2);
        return new KeyStanding(known.GetValueOrDefault("seal_key", Vault.FirstSeal), known.GetValueOrDefault("sealed_by", Vault.FirstSeal));
    }

    public Task Use(int seal, Caller by) => Set("seal_key", seal, "keys.rotation_started", by);

    public Task Everything(int seal) => Set("sealed_by", seal, "keys.rotated", Caller.System);

    private Task Set(string name, int seal, string action, Caller by) => books.Write(async t =>
    {
        await t.Execute("insert into installation (name, value) values (@name, @value) on conflict (name) do update set value = excluded.value",
            ("name", name), ("value", seal.ToString(CultureInfo.InvariantCulture)));
        await audit.Record(t, by, action, $"keys/seal-{seal}");
    });
}

/// <summary>
/// Seals everything anew by the key in use, in bounded steps beside all else. A value says by which key it was sealed, so that old and new are read alike meanwhile; what is
/// done is not done again, and a run that was broken off goes on.
/// </summary>
public sealed class KeyRotation(BooksStore books, IEnumerable<SealedColumn> columns, IEnumerable<ISealedElsewhere> elsewhere, KeyBook keys, Vault vault, TimeProvider clock) : IJobKind
{
    public const string KindName = "key_rotation";

    /// <summary>What other nodes sealed by the old key before they heard of the new one is found in the next.</summary>
    private const int MostPasses = 10;

    public string Kind => KindName;
    public bool Resumes => true;

    public async Task Run(JobRun job, CancellationToken cancel)
    {
        var seal = (await keys.Standing(cancel)).InUse;
        if (!vault.UseSeal(seal)) throw new InvalidOperationException($"Key {seal} is not on this node: copy {Vault.FileName} from the node that made it.");
        // Other nodes hear of it within seconds.
        if (books.Dialect == Dialect.Postgres) await Task.Delay(KeyWatch.Every * 2, clock, cancel);
        var all = columns.ToList();
        for (var pass = 1; pass <= MostPasses; pass++)
        {
            long left = 0, done = 0;
            foreach (var column in all) left += await column.Left(books, seal, cancel);
            foreach (var column in all)
                for (var (from, isEnd) = (long.MinValue, false); !isEnd;)
                {
                    cancel.ThrowIfCancellationRequested();
                    (from, var count, isEnd) = await column.Reseal(books, vault, from, cancel);
                    job.Report(done += count, Math.Max(left, done));
                    job.Detail = new JsonObject { ["seal"] = seal, ["phase"] = column.Table };
                }
            foreach (var each in elsewhere) await each.Reseal(cancel);
            if (left > 0) continue;
            await keys.Everything(seal);
            return;
        }
        throw new InvalidOperationException("Another node goes on sealing by the old key. See that every node has the new one, and run it again.");
    }
}
