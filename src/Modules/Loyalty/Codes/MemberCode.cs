using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Danke.Loyalty.Codes;

/// <summary>
/// The code on a member's card: RFC 6238 with HMAC-SHA256, steps of 30 seconds and 8 digits, under a key of the card and the day. The key
/// follows from the day's key of the program, so that who has that verifies every card's codes of the day, without asking anybody.
/// As text, and in the QR picture: <c>DK1:DIGITS:CARD</c>.
/// </summary>
internal static class MemberCode
{
    public const int StepSeconds = 30;
    public const int Digits = 8;

    /// <summary>Clocks of phones and tills may be so many steps apart.</summary>
    public const int Skew = 1;

    /// <summary>So far back a code is known as one that was right: then its time is over, and nobody guessed.</summary>
    public const int Remembered = 20;

    public const int LongestCard = 64;
    private const string Prefix = "DK1";
    private const int SecondsOfDay = 86_400;

    public static long StepAt(long atMs) => atMs / 1000 / StepSeconds;

    /// <summary>Days are UTC's: phones and tills need no time zone.</summary>
    public static long DayOf(long step) => step * StepSeconds / SecondsOfDay;

    public static DateTimeOffset StartOf(long day) => DateTimeOffset.FromUnixTimeSeconds(day * SecondsOfDay);

    /// <summary>What a member's phone holds for one day.</summary>
    public static byte[] CardKey(byte[] dayKey, string card) => HMACSHA256.HashData(dayKey, Encoding.UTF8.GetBytes(card));

    /// <summary>RFC 4226, section 5.3, of HMAC-SHA256.</summary>
    public static string DigitsOf(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, counter, hash);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xf)..]) & int.MaxValue;
        return (number % 100_000_000).ToString("D8", CultureInfo.InvariantCulture);
    }

    public static string Write(string digits, string card) => $"{Prefix}:{digits}:{card}";

    /// <summary>Null for what is no code.</summary>
    public static (string Digits, string Card)? Read(string? text) =>
        text?.Trim().Split(':', 3) is [Prefix, { Length: Digits } digits, { Length: > 0 and <= LongestCard } card] && digits.All(char.IsAsciiDigit) ? (digits, card) : null;

    /// <summary>Which step's code it is, the nearest to now first; null for none within reach.</summary>
    /// <param name="dayKey">The program's key of a day.</param>
    public static long? StepOf(string digits, string card, long nowMs, int reach, Func<long, byte[]> dayKey)
    {
        var now = StepAt(nowMs);
        var wanted = Encoding.ASCII.GetBytes(digits);
        long? found = null;
        var keys = new Dictionary<long, byte[]>();
        // All of them, however early one is found: how long it takes tells nothing.
        for (var back = 2 * reach; back >= 0; back--)
        {
            var step = now + (back % 2 == 0 ? -(back / 2) : (back + 1) / 2);
            var day = DayOf(step);
            if (!keys.TryGetValue(day, out var key)) keys[day] = key = CardKey(dayKey(day), card);
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(DigitsOf(key, step)), wanted)) found = step;
        }
        return found;
    }
}
