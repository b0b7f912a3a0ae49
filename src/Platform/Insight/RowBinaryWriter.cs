using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Danke.Platform.Insight;

/// <summary>Rows of a table as ClickHouse's RowBinary, each with the block's version and, last, whether it is a tombstone (never, here).</summary>
public sealed class RowBinaryWriter(InsightTable table, long version) : RowSink(table.Kinds)
{
    private readonly ArrayBufferWriter<byte> buffer = new(65_536);

    public ReadOnlyMemory<byte> Written => buffer.WrittenMemory;

    private protected override void Number(long value, int bytes)
    {
        var span = buffer.GetSpan(8);
        BinaryPrimitives.WriteInt64LittleEndian(span, value);
        buffer.Advance(bytes);
    }

    private protected override void NumberOrNull(long? value)
    {
        Number(value is null ? 1 : 0, 1);
        if (value is { } number) Number(number, 8);
    }

    private protected override void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Length(length);
        Encoding.UTF8.GetBytes(value, buffer.GetSpan(length));
        buffer.Advance(length);
    }

    private protected override void Texts(List<string> values)
    {
        Length(values.Count);
        foreach (var value in values) Text(value);
    }

    private protected override void TextMap(List<(string Key, string Value)> pairs)
    {
        Length(pairs.Count);
        foreach (var (key, value) in pairs)
        {
            Text(key);
            Text(value);
        }
    }

    private protected override void RowEnd()
    {
        Number(version, 8);
        Number(0, 1);
    }

    // Seven bits a byte, the lowest first.
    private void Length(int value)
    {
        var span = buffer.GetSpan(5);
        var count = 0;
        for (var rest = (uint)value; ; rest >>= 7)
        {
            span[count++] = (byte)(rest < 0x80 ? rest : (rest & 0x7f) | 0x80);
            if (rest < 0x80) break;
        }
        buffer.Advance(count);
    }
}
