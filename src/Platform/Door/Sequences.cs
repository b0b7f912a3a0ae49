using Danke.Platform.Books;

namespace Danke.Platform.Door;

/// <summary>
/// Numbers in blocks from the <c>sequences</c> table, so that deciding needs no round trip. A block is taken within the
/// batch's transaction; when that rolls back, <see cref="Forget"/> drops what is in memory, so that none is given twice.
/// Used by the Door's one thread only.
/// </summary>
public sealed class Sequences
{
    private sealed class Block
    {
        public long Next;
        public long End;
        public long LastSize = 16;
    }

    private readonly Dictionary<string, Block> blocks = [];
    private readonly Dictionary<string, (long Next, long End)> marked = [];

    /// <summary>Remembers where the numbers stand; called before a batch.</summary>
    public void Mark()
    {
        marked.Clear();
        foreach (var (kind, block) in blocks) marked[kind] = (block.Next, block.End);
    }

    /// <summary>Back to the mark: the batch was rolled back, for certain, and none of its numbers is anywhere.</summary>
    public void Rewind()
    {
        foreach (var (kind, block) in blocks) (block.Next, block.End) = marked.GetValueOrDefault(kind);
    }

    /// <summary>Makes sure that <paramref name="count"/> numbers of the kind can be taken without I/O.</summary>
    public async ValueTask Reserve(BooksTransaction books, string kind, int count)
    {
        var block = BlockOf(kind);
        if (block.End - block.Next >= count) return;
        // Twice the last block under load, little when idle: few round trips, few numbers lost at a restart.
        var size = Math.Max(count, Math.Min(block.LastSize * 2, 16_384));
        block.LastSize = size;
        var end = await Advance(books, kind, size);
        if (block.End == end - size) block.End = end;
        else (block.Next, block.End) = (end - size, end);
    }

    /// <summary>Takes numbers outside the Door: for a caller with a transaction of its own. Answers the first of them.</summary>
    public static async Task<long> TakeRange(BooksTransaction books, string kind, int count) => await Advance(books, kind, count) - count;

    /// <summary>Like <see cref="TakeRange"/> among other reads: the row is the number after the last one taken. Null when none is wanted.</summary>
    public static Question<long>? AskRange(Questions asking, string kind, int count) =>
        count == 0 ? null : asking.Rows(AdvanceSql, r => r.GetInt64(0), ("kind", kind), ("size", (long)count));

    private const string AdvanceSql = """
        insert into sequences (name, next) values (@kind, @size + 1)
        on conflict (name) do update set next = sequences.next + @size returning next
        """;

    private static async Task<long> Advance(BooksTransaction books, string kind, long size) =>
        (await books.Read(AdvanceSql, r => r.GetInt64(0), ("kind", kind), ("size", size)))[0];

    /// <summary>The next number of a kind.</summary>
    public long Take(string kind)
    {
        var block = BlockOf(kind);
        if (block.Next >= block.End) throw new InvalidOperationException($"No numbers of '{kind}' are reserved.");
        return block.Next++;
    }

    /// <summary>After a rollback: the blocks taken in it were never ours.</summary>
    public void Forget() => blocks.Clear();

    private Block BlockOf(string kind)
    {
        if (!blocks.TryGetValue(kind, out var block)) blocks[kind] = block = new Block();
        return block;
    }
}
