using System.Globalization;

namespace Danke.Contracts.Events;

/// <summary>Instants on the wire: RFC 3339 with a zone, years 1990 to 2100.</summary>
public static class Rfc3339
{
    public const int FirstYear = 1990;
    public const int LastYear = 2100;

    public enum Reading { Ok, Invalid, WithoutZone, OutOfRange }

    /// <summary>Milliseconds since 1970 UTC as <c>2026-11-11T00:03:12.000Z</c>.</summary>
    public static string Write(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads <c>2026-11-11T00:03:12[.123]+08:00</c>; digits after the milliseconds are dropped, a leap second is the second before.</summary>
    public static Reading Read(ReadOnlySpan<byte> text, out long ms)
    {
        ms = 0;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || (text[10] | 0x20) != 't' || text[13] != ':' || text[16] != ':') return Reading.Invalid;
        if (!Digits(text[..4], out var year) || !Digits(text.Slice(5, 2), out var month) || !Digits(text.Slice(8, 2), out var day)
            || !Digits(text.Slice(11, 2), out var hour) || !Digits(text.Slice(14, 2), out var minute) || !Digits(text.Slice(17, 2), out var second)) return Reading.Invalid;
        var rest = text[19..];
        if (!Fraction(ref rest, out var millisecond)) return Reading.Invalid;
        if (rest.Length == 0) return Reading.WithoutZone;
        if (!Offset(rest, out var offsetMinutes)) return Reading.Invalid;
        if (month is < 1 or > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return Reading.Invalid;
        if (year is < FirstYear or > LastYear) return Reading.OutOfRange;
        if (day > DateTime.DaysInMonth(year, month)) return Reading.Invalid;
        if (second == 60) (second, millisecond) = (59, 999);
        var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks;
        ms = ticks / TimeSpan.TicksPerMillisecond + millisecond - offsetMinutes * 60_000L;
        return Reading.Ok;
    }

    private static bool Fraction(ref ReadOnlySpan<byte> rest, out int millisecond)
    {
        millisecond = 0;
        if (rest.Length == 0 || rest[0] != '.') return true;
        var digits = 1;
        for (; digits < rest.Length && rest[digits] is >= (byte)'0' and <= (byte)'9'; digits++)
            if (digits <= 3) millisecond = millisecond * 10 + (rest[digits] - '0');
        if (digits == 1 || digits > 10) return false;
        for (var given = digits - 1; given < 3; given++) millisecond *= 10;
        rest = rest[digits..];
        return true;
    }

    private static bool Offset(ReadOnlySpan<byte> zone, out int minutes)
    {
        minutes = 0;
        if (zone.Length == 1 && (zone[0] | 0x20) == 'z') return true;
        if (zone.Length != 6 || zone[0] is not ((byte)'+' or (byte)'-') || zone[3] != ':') return false;
        if (!Digits(zone.Slice(1, 2), out var hour) || !Digits(zone.Slice(4, 2), out var minute) || hour > 18 || minute > 59) return false;
        minutes = (hour * 60 + minute) * (zone[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var one in text)
        {
            if (one is < (byte)'0' or > (byte)'9') return false;
            value = value * 10 + (one - '0');
        }
        return true;
    }
}
