using Danke.Platform.Books;

namespace Danke.Platform.Door;

/// <summary>
/// Numbers in blocks from the <c>sequences</c> table, so that deciding needs no round trip. A block is taken in a
/// transaction of its own, before the batch's: a batch that rolls back wastes numbers and never repeats one.
/// </summary>
public sealed class Sequences(BooksStore books)
{
    private sealed class Block
    {
        public long Next;
        public long End;
        public long LastNeed = 16;
    }

    private readonly Dictionary<string, Block> blocks = [];

    /// <summary>Makes sure that <paramref name="count"/> numbers of each name can be taken without I/O.</summary>
    public async ValueTask Reserve(params (string Name, int Count)[] needs)
    {
        var short_ = needs.Where(n => BlockOf(n.Name) is var b && b.End - b.Next < n.Count).ToArray();
        if (short_.Length == 0) return;
        await books.Write(async transaction =>
        {
            foreach (var (name, count) in short_) await Refill(transaction, name, count);
        });
    }

    private async Task Refill(BooksTransaction transaction, string name, int count)
    {
        var block = BlockOf(name);
        // Twice the last need: few round trips under load, few numbers lost at a restart when idle.
        var size = Math.Clamp(Math.Max(count, block.LastNeed * 2), 16, Math.Max(count, 65_536));
        block.LastNeed = size;
        var end = (await transaction.Read("""
            insert into sequences (name, next) values (@name, @size + 1)
            on conflict (name) do update set next = sequences.next + @size returning next
            """, r => r.GetInt64(0), ("name", name), ("size", size)))[0];
        if (block.End == end - size) block.End = end;
        else (block.Next, block.End) = (end - size, end);
    }

    /// <summary>The next number of a name; Reserve must have been called.</summary>
    public long Take(string name)
    {
        var block = BlockOf(name);
        if (block.Next >= block.End) throw new InvalidOperationException($"No numbers of '{name}' are reserved.");
        return block.Next++;
    }

    private Block BlockOf(string name)
    {
        if (!blocks.TryGetValue(name, out var block)) blocks[name] = block = new Block();
        return block;
    }
}
