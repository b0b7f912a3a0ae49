using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Danke.Platform.Insight;

/// <summary>
/// Reads RowBinaryWithNamesAndTypes, see https://clickhouse.com/docs/interfaces/formats/RowBinaryWithNamesAndTypes. Not for types that
/// reports have no use for (256-bit numbers, aggregate states, variants): cast them in the query.
/// </summary>
internal sealed class RowBinaryReader : IDisposable
{
    private readonly Stream stream;
    private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(65_536);
    private readonly Func<object?>[] readers = [];
    private int at;
    private int end;

    public RowBinaryReader(Stream stream)
    {
        this.stream = stream;
        if (!More()) { Row = new InsightRow([], []); return; }
        var count = (int)Length();
        var names = Enumerable.Range(0, count).Select(_ => Text()).ToArray();
        var types = Enumerable.Range(0, count).Select(_ => Text()).ToArray();
        Row = new InsightRow(names, types);
        readers = [.. types.Select(ReaderOf)];
    }

    /// <summary>The current row, filled anew by each <see cref="Next"/>.</summary>
    public InsightRow Row { get; }

    /// <exception cref="IOException">The answer ends within a row.</exception>
    public bool Next()
    {
        if (readers.Length == 0 || !More()) return false;
        for (var i = 0; i < readers.Length; i++) Row.Values[i] = readers[i]();
        return true;
    }

    private Func<object?> ReaderOf(string type)
    {
        var (name, arguments) = Split(type);
        switch (name)
        {
            case "UInt8" or "Bool": return () => (long)Take(1)[0];
            case "UInt16": return () => (long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2));
            case "UInt32": return () => (long)BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
            case "UInt64": return () => checked((long)BinaryPrimitives.ReadUInt64LittleEndian(Take(8)));
            case "Int8": return () => (long)unchecked((sbyte)Take(1)[0]);
            case "Int16": return () => (long)BinaryPrimitives.ReadInt16LittleEndian(Take(2));
            case "Int32": return () => (long)BinaryPrimitives.ReadInt32LittleEndian(Take(4));
            case "Int64": return () => BinaryPrimitives.ReadInt64LittleEndian(Take(8));
            case "Float32": return () => (double)BinaryPrimitives.ReadSingleLittleEndian(Take(4));
            case "Float64": return () => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));
            case "String": return () => Text();
            case "FixedString": return FixedText(int.Parse(arguments[0], System.Globalization.CultureInfo.InvariantCulture));
            case "Date": return () => DateOnly.FromDayNumber(Epoch + BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
            case "Date32": return () => DateOnly.FromDayNumber(Epoch + BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
            case "DateTime": return () => BinaryPrimitives.ReadUInt32LittleEndian(Take(4)) * 1_000L;
            case "DateTime64": return Instant(int.Parse(arguments[0], System.Globalization.CultureInfo.InvariantCulture));
            case "Decimal": return Decimal(int.Parse(arguments[0], System.Globalization.CultureInfo.InvariantCulture), byte.Parse(arguments[1], System.Globalization.CultureInfo.InvariantCulture));
            case "UUID": return Uuid;
            case "Nothing": return () => null;
            case "LowCardinality": return ReaderOf(arguments[0]);
            case "Nullable": return Nullable(ReaderOf(arguments[0]));
            case "Array": return Array(ReaderOf(arguments[0]));
            case "Tuple": return Tuple([.. arguments.Select(a => ReaderOf(WithoutName(a)))]);
            case "Map": return Map(ReaderOf(arguments[0]), ReaderOf(arguments[1]));
            default: throw new NotSupportedException($"Columns of type {type} are not read: cast them in the query.");
        }
    }

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    private Func<object?> FixedText(int length) => () => Encoding.UTF8.GetString(Take(length)).TrimEnd('\0');

    private Func<object?> Instant(int precision)
    {
        long down = 1, up = 1;
        for (var i = 3; i < precision; i++) down *= 10;
        for (var i = precision; i < 3; i++) up *= 10;
        return () => (long)Math.Floor(BinaryPrimitives.ReadInt64LittleEndian(Take(8)) / (decimal)down) * up;
    }

    private Func<object?> Decimal(int digits, byte scale)
    {
        var divisor = 1m;
        for (var i = 0; i < scale; i++) divisor *= 10;
        return digits switch
        {
            <= 9 => () => BinaryPrimitives.ReadInt32LittleEndian(Take(4)) / divisor,
            <= 18 => () => BinaryPrimitives.ReadInt64LittleEndian(Take(8)) / divisor,
            _ => () => (decimal)BinaryPrimitives.ReadInt128LittleEndian(Take(16)) / divisor,
        };
    }

    private object? Uuid()
    {
        var high = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        var low = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], low);
        return new Guid(bytes, bigEndian: true);
    }

    private Func<object?> Nullable(Func<object?> inner) => () => Take(1)[0] == 1 ? null : inner();

    private Func<object?> Array(Func<object?> item) => () =>
    {
        var items = new object?[Length()];
        for (var i = 0; i < items.Length; i++) items[i] = item();
        return items;
    };

    private static Func<object?> Tuple(Func<object?>[] items) => () => System.Array.ConvertAll(items, item => item());

    private Func<object?> Map(Func<object?> key, Func<object?> value) => () =>
    {
        var map = new Dictionary<object, object?>();
        for (var rest = Length(); rest > 0; rest--)
        {
            var name = key()!;
            map[name] = value();
        }
        return map;
    };

    /// <summary><c>Map(String, Array(Int8))</c> → Map, [String, Array(Int8)].</summary>
    private static (string Name, List<string> Arguments) Split(string type)
    {
        var open = type.IndexOf('(', StringComparison.Ordinal);
        if (open < 0) return (type, []);
        var arguments = new List<string>();
        var (depth, from) = (0, open + 1);
        for (var i = open + 1; i < type.Length; i++)
        {
            if (type[i] == '(') depth++;
            if (type[i] == ')' && i < type.Length - 1) depth--;
            if ((type[i] != ',' || depth > 0) && i < type.Length - 1) continue;
            arguments.Add(type[from..i].Trim());
            from = i + 1;
        }
        return (type[..open], arguments);
    }

    // Tuple(a UInt8, b String): a named element.
    private static string WithoutName(string element)
    {
        var space = element.IndexOf(' ', StringComparison.Ordinal);
        var open = element.IndexOf('(', StringComparison.Ordinal);
        return space > 0 && (open < 0 || space < open) ? element[(space + 1)..] : element;
    }

    private string Text()
    {
        var length = (int)Length();
        if (length <= buffer.Length) return Encoding.UTF8.GetString(Take(length));
        var bytes = new byte[length];
        var have = Math.Min(end - at, length);
        buffer.AsSpan(at, have).CopyTo(bytes);
        at += have;
        stream.ReadExactly(bytes.AsSpan(have));
        return Encoding.UTF8.GetString(bytes);
    }

    private long Length()
    {
        long value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = Take(1)[0];
            value |= (long)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        while (end - at < count)
            if (!Fill()) throw new EndOfStreamException("Insight's answer ends within a row.");
        var taken = buffer.AsSpan(at, count);
        at += count;
        return taken;
    }

    private bool More() => at < end || Fill();

    private bool Fill()
    {
        if (at > 0)
        {
            buffer.AsSpan(at, end - at).CopyTo(buffer);
            end -= at;
            at = 0;
        }
        var read = stream.Read(buffer.AsSpan(end));
        end += read;
        return read > 0;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
