using Danke.Platform.Books;

namespace Danke.Platform.Door;

/// <summary>A refused event, kept to be mended and replayed. One row a source's id: refused again, it is the same letter.</summary>
public sealed record DeadLetter
{
    public required string CommandKey { get; init; }
    public required string Source { get; init; }
    public required string Type { get; init; }
    public required string Code { get; init; }
    public required string Detail { get; init; }

    /// <summary>The event or the row as received, as text.</summary>
    public required string Body { get; init; }
    public long? ImportId { get; init; }
    public long? ImportRow { get; init; }
}

/// <summary>Writes dead letters, set-based, in the caller's transaction.</summary>
public static class DeadLetters
{
    private sealed record Row(long Id, DeadLetter Letter, long NowMs);

    private static readonly Table<Row> Table = new Table<Row>("dead_letters", "command_key")
        .Long("dead_letter_id", r => r.Id).Text("command_key", r => r.Letter.CommandKey).Text("source", r => r.Letter.Source)
        .Text("type", r => r.Letter.Type).Text("code", r => r.Letter.Code).Text("detail", r => r.Letter.Detail).Text("body", r => r.Letter.Body)
        .LongOrNull("import_id", r => r.Letter.ImportId).LongOrNull("import_row", r => r.Letter.ImportRow)
        .Text("state", _ => "open").Long("first_at_ms", r => r.NowMs).Long("last_at_ms", r => r.NowMs);

    /// <summary>Keeps the letters; one that is there already is replaced, its number and first date kept.</summary>
    public static async Task Keep(BooksTransaction books, IReadOnlyCollection<DeadLetter> letters, long nowMs)
    {
        if (letters.Count == 0) return;
        var last = letters.GroupBy(l => l.CommandKey).Select(g => g.Last()).ToList();
        var known = (await books.Read("select command_key, dead_letter_id, first_at_ms from dead_letters where command_key in ({keys:text})",
            r => (Key: r.GetString(0), Id: r.GetInt64(1), First: r.GetInt64(2)), ("keys", last.Select(l => l.CommandKey).ToArray())))
            .ToDictionary(k => k.Key);
        var fresh = last.Where(l => !known.ContainsKey(l.CommandKey)).ToList();
        var id = fresh.Count == 0 ? 0 : await Sequences.TakeRange(books, "dead_letter", fresh.Count);
        await books.Insert(Table, fresh.Select(l => new Row(id++, l, nowMs)).ToList());
        foreach (var letter in last.Where(l => known.ContainsKey(l.CommandKey)))
            await books.Execute("""
                update dead_letters set type = @type, code = @code, detail = @detail, body = @body, state = 'open', last_at_ms = @now where command_key = @key
                """, ("type", letter.Type), ("code", letter.Code), ("detail", letter.Detail), ("body", letter.Body), ("now", nowMs), ("key", letter.CommandKey));
    }

    /// <summary>Asks whether there is any letter that <see cref="Settle"/> might concern: mostly there is none.</summary>
    public static Question<int> AskOpen(Questions first) => first.Rows("select 1 from dead_letters where state = 'open' limit 1", r => r.GetInt32(0));

    /// <summary>Marks the letters of commands that were applied after all.</summary>
    public static async Task Settle(BooksTransaction books, string[] commandKeys, long nowMs)
    {
        if (commandKeys.Length == 0) return;
        await books.Execute("update dead_letters set state = 'replayed', last_at_ms = @now where state = 'open' and command_key in ({keys:text})",
            ("now", nowMs), ("keys", commandKeys));
    }
}
