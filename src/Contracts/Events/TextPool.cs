using System.Buffers.Binary;
using System.Text;

namespace Danke.Contracts.Events;

/// <summary>
/// Gives the same string again for the same bytes: sources, channels, currencies, article names repeat from event to event.
/// One slot a hash and the newer wins, so it never grows; only short values are looked at. Not safe for several threads.
/// </summary>
internal sealed class TextPool
{
    private const int Slots = 2_048;
    private const int LongestBytes = 64;

    private readonly (byte[] Bytes, string Text)[] entries = new (byte[], string)[Slots];

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length == 0) return "";
        if (utf8.Length > LongestBytes) return Encoding.UTF8.GetString(utf8);
        ref var entry = ref entries[SlotOf(utf8)];
        if (entry.Bytes is { } bytes && utf8.SequenceEqual(bytes)) return entry.Text;
        entry = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        return entry.Text;
    }

    // The ends tell values apart: A1, A2, … or order-1, order-2, …
    private static int SlotOf(ReadOnlySpan<byte> utf8)
    {
        unchecked
        {
            ulong head, tail;
            if (utf8.Length >= 8)
            {
                head = BinaryPrimitives.ReadUInt64LittleEndian(utf8);
                tail = BinaryPrimitives.ReadUInt64LittleEndian(utf8[^8..]);
            }
            else
            {
                head = 0;
                foreach (var one in utf8) head = head << 8 | one;
                tail = (ulong)utf8.Length;
            }
            return (int)((head * 0x9E3779B97F4A7C15 ^ tail * 0xC2B2AE3D27D4EB4F) >> 53);
        }
    }
}
