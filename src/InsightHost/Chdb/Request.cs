namespace Danke.InsightHost.Chdb;

/// <summary>One statement with all that it needs: nothing of it stays behind for the next.</summary>
internal sealed record Request
{
    /// <summary>UTF-8. Exactly one statement.</summary>
    public required ReadOnlyMemory<byte> Sql { get; init; }

    /// <summary>When the statement names none.</summary>
    public string Format { get; init; } = "TabSeparated";
    public string? Database { get; init; }
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>For <c>{name:Type}</c>; values as in tab-separated text, as ClickHouse wants them over HTTP.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; init; } = [];

    /// <summary>Changes something: takes its turn with the other writers, and is not broken off when the caller goes away.</summary>
    public bool Writes { get; init; }
}

/// <summary>A statement's answer. Its bytes are the library's memory until it is disposed.</summary>
internal sealed class Result(ChdbLibrary library, nint handle) : IDisposable
{
    private nint handle = handle;

    public long RowsRead => library.RowsRead(handle);
    public long RowsWritten => library.RowsWritten(handle);
    public long Length => library.Output(handle).Length;

    /// <summary>Copies a piece; answers how much was left to copy.</summary>
    public int Copy(long offset, Span<byte> into)
    {
        var rest = library.Output(handle)[(int)offset..];
        var count = Math.Min(rest.Length, into.Length);
        rest[..count].CopyTo(into);
        return count;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref handle, 0) is not 0 and var held) library.Destroy(held);
    }
}
