using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace Danke.Platform.Books;

/// <summary>
/// Rows as PostgreSQL's binary COPY takes them, written a buffer at a time, without an object for each value.
/// Format: https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4 (numbers big-endian, every value after its length).
/// </summary>
internal sealed class PostgresCopy : IDisposable
{
    private const int FlushAt = 64 * 1024;
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FlushAt * 2);
    private int length;
    private string command = "";

    /// <summary>All rows in memory, to be sent by <see cref="Send"/>.</summary>
    public static PostgresCopy Of<T>(Table<T> table, IReadOnlyCollection<T> rows)
    {
        var copy = new PostgresCopy { command = CommandOf(table) };
        copy.Put(Header);
        foreach (var row in rows) copy.Put(table, row);
        copy.PutEnd();
        return copy;
    }

    public void Send(NpgsqlConnection connection)
    {
        using var stream = connection.BeginRawBinaryCopy(command);
        stream.Write(buffer.AsSpan(0, length));
    }

    /// <summary>Sends the rows as they are put, a buffer at a time.</summary>
    public async Task Write<T>(NpgsqlConnection connection, Table<T> table, IReadOnlyCollection<T> rows)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync(CommandOf(table));
        length = 0;
        Put(Header);
        foreach (var row in rows)
        {
            Put(table, row);
            if (length < FlushAt) continue;
            await stream.WriteAsync(buffer.AsMemory(0, length));
            length = 0;
        }
        PutEnd();
        await stream.WriteAsync(buffer.AsMemory(0, length));
    }

    private static string CommandOf<T>(Table<T> table) => $"copy {table.Name} ({table.ColumnNames}) from stdin (format binary)";

    private void PutEnd()
    {
        BinaryPrimitives.WriteInt16BigEndian(Room(2), -1);
        length += 2;
    }

    private void Put<T>(Table<T> table, T row)
    {
        var columns = table.Columns;
        BinaryPrimitives.WriteInt16BigEndian(Room(2), (short)columns.Count);
        length += 2;
        for (var i = 0; i < columns.Count; i++)
            switch (columns[i])
            {
                case Column<T>.Long c: Put(c.Get(row)); break;
                case Column<T>.LongOrNull c: if (c.Get(row) is { } number) Put(number); else PutNull(); break;
                case Column<T>.Text c: Put(c.Get(row)); break;
                case Column<T>.Utf8 c: PutWithLength(c.Get(row)); break;
                case Column<T>.Bytes c: if (c.Get(row) is { } bytes) PutWithLength(bytes); else PutNull(); break;
            }
    }

    private void Put(long value)
    {
        var room = Room(12);
        BinaryPrimitives.WriteInt32BigEndian(room, 8);
        BinaryPrimitives.WriteInt64BigEndian(room[4..], value);
        length += 12;
    }

    private void PutNull()
    {
        BinaryPrimitives.WriteInt32BigEndian(Room(4), -1);
        length += 4;
    }

    private void Put(string? text)
    {
        if (text is null)
        {
            PutNull();
            return;
        }
        var room = Room(4 + text.Length * 3);
        var bytes = Encoding.UTF8.GetBytes(text, room[4..]);
        BinaryPrimitives.WriteInt32BigEndian(room, bytes);
        length += 4 + bytes;
    }

    private void PutWithLength(byte[] bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(Room(4), bytes.Length);
        length += 4;
        Put(bytes);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        length += bytes.Length;
    }

    private Span<byte> Room(int count)
    {
        if (buffer.Length - length >= count) return buffer.AsSpan(length);
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + count));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
        return buffer.AsSpan(length);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
