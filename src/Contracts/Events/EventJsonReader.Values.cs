using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Danke.Contracts.Commands;

namespace Danke.Contracts.Events;

// Single values: what they may be, and what to do when they are not.
public sealed partial class EventJsonReader
{
    private static readonly SearchValues<byte> SourceBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-"u8);
    private static readonly SearchValues<byte> Lower = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-"u8);
    private static readonly SearchValues<byte> Snake = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_"u8);
    private static readonly SearchValues<byte> Kind = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.-"u8);
    private char[] unescaped = new char[256];

    private bool Expect(ref Utf8JsonReader reader, JsonTokenType type, in Where where, string what)
    {
        if (reader.TokenType == type) return true;
        Fail(EventRefusals.FieldType, where, $"Must be {what}.");
        reader.Skip();
        return false;
    }

    /// <summary>Passes over the rest of the array or object that the reader stands in.</summary>
    private static void SkipToEnd(ref Utf8JsonReader reader, JsonTokenType end)
    {
        reader.Skip();
        while (reader.Read() && reader.TokenType != end) reader.Skip();
    }

    private string? Source(ref Utf8JsonReader reader)
    {
        var source = Name(ref reader, "$.source", 64, SourceBytes, "letters, digits and _ . : -");
        if (source is null || !source.StartsWith(Sources.Prefix, StringComparison.Ordinal)) return source;
        Fail(EventRefusals.FieldInvalid, "$.source", "Names beginning with danke- are Danke's own.");
        return null;
    }

    private string? Type(ref Utf8JsonReader reader)
    {
        if (!Expect(ref reader, JsonTokenType.String, "$.type", "a text")) return null;
        foreach (var (bytes, type) in TypeNames)
            if (reader.ValueTextEquals(bytes)) return type;
        Fail(EventRefusals.TypeUnknown, "$.type", $"No event type that Danke knows. It knows {string.Join(", ", TypeNames.Select(t => t.Type))}.");
        return null;
    }

    /// <summary>A short name of few letters: no white space.</summary>
    private string? Name(ref Utf8JsonReader reader, in Where where, int longest, SearchValues<byte> letters, string what, bool emptyAllowed = false)
    {
        if (!Expect(ref reader, JsonTokenType.String, where, "a text")) return null;
        var bytes = Unescaped(ref reader);
        if (bytes.Length <= longest && (bytes.Length > 0 || emptyAllowed) && !bytes.ContainsAnyExcept(letters)) return pool.Get(bytes);
        Fail(EventRefusals.FieldInvalid, where, $"Must be 1 to {longest} {what}.");
        return null;
    }

    // Part of keys that are joined by slashes.
    private string? PlaceName(ref Utf8JsonReader reader, in Where where)
    {
        var text = Text(ref reader, where, 64, pooled: true, emptyAllowed: true);
        if (text is null || !text.Contains('/')) return text;
        Fail(EventRefusals.FieldInvalid, where, "Must not hold a slash.");
        return null;
    }

    /// <summary>A text without control characters, of at most <paramref name="longest"/> UTF-16 units.</summary>
    private string? Text(ref Utf8JsonReader reader, in Where where, int longest, bool pooled, bool emptyAllowed = false, bool linesAllowed = false)
    {
        if (!Expect(ref reader, JsonTokenType.String, where, "a text")) return null;
        if (reader.ValueIsEscaped) return EscapedText(ref reader, where, longest, emptyAllowed, linesAllowed);
        var bytes = reader.ValueSpan;
        if (bytes.Length == 0 && !emptyAllowed)
        {
            Fail(EventRefusals.FieldMissing, where, "Must not be empty; leave it out when there is nothing to say.");
            return null;
        }
        // A UTF-16 unit takes one to three bytes: only then is counting needed.
        if (bytes.Length > longest && (bytes.Length > longest * 3 || Encoding.UTF8.GetCharCount(bytes) > longest)) return TooLong(where, longest);
        if (bytes.Contains((byte)0x7f) || HasC1Control(bytes)) return ControlCharacter(where);
        return pooled ? pool.Get(bytes) : Encoding.UTF8.GetString(bytes);
    }

    // U+0080 to U+009F are C2 80 to C2 9F in UTF-8. The JSON itself allows no character below a space.
    private static bool HasC1Control(ReadOnlySpan<byte> bytes)
    {
        for (var at = bytes.IndexOf((byte)0xc2); at >= 0 && at + 1 < bytes.Length;)
        {
            if (bytes[at + 1] < 0xa0) return true;
            var next = bytes[(at + 2)..].IndexOf((byte)0xc2);
            if (next < 0) return false;
            at += 2 + next;
        }
        return false;
    }

    private string? EscapedText(ref Utf8JsonReader reader, in Where where, int longest, bool emptyAllowed, bool linesAllowed)
    {
        if (reader.ValueSpan.Length > longest * 6L) return TooLong(where, longest);
        if (unescaped.Length < reader.ValueSpan.Length) unescaped = new char[reader.ValueSpan.Length];
        int length;
        try
        {
            length = reader.CopyString(unescaped);
        }
        catch (InvalidOperationException)
        {
            Fail(EventRefusals.TextInvalid, where, "Holds half a surrogate pair (\\ud800 to \\udfff alone), which is no character. Send the whole character.");
            return null;
        }
        var text = unescaped.AsSpan(0, length);
        if (length > longest) return TooLong(where, longest);
        foreach (var letter in text)
            if (char.IsControl(letter) && !(linesAllowed && letter is '\n' or '\r' or '\t')) return ControlCharacter(where);
        if (length > 0 || emptyAllowed) return new string(text);
        Fail(EventRefusals.FieldMissing, where, "Must not be empty; leave it out when there is nothing to say.");
        return null;
    }

    private string? TooLong(in Where where, int longest)
    {
        Fail(EventRefusals.TextTooLong, where, $"At most {longest} characters.");
        return null;
    }

    private string? ControlCharacter(in Where where)
    {
        Fail(EventRefusals.TextInvalid, where, "Holds a NUL or another control character. Remove it.");
        return null;
    }

    private bool Flag(ref Utf8JsonReader reader, in Where where)
    {
        if (reader.TokenType == JsonTokenType.True) return true;
        if (reader.TokenType != JsonTokenType.False) Expect(ref reader, JsonTokenType.True, where, "true or false");
        return false;
    }

    /// <summary>A whole number between −most and most.</summary>
    private long Whole(ref Utf8JsonReader reader, in Where where, long most, string what)
    {
        if (!Expect(ref reader, JsonTokenType.Number, where, what)) return 0;
        if (reader.TryGetInt64(out var value))
        {
            if (value >= -most && value <= most) return value;
            Fail(EventRefusals.NumberOutOfRange, where, $"Must lie within ±{most.ToString("N0", CultureInfo.InvariantCulture)}.");
            return 0;
        }
        var fraction = reader.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0;
        Fail(fraction ? EventRefusals.FieldType : EventRefusals.NumberOutOfRange, where, $"Must be {what}.");
        return 0;
    }

    // Writers may escape any character; many do it to the plus sign of a time zone.
    private static ReadOnlySpan<byte> Unescaped(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan;
        var bytes = new byte[reader.ValueSpan.Length];
        return bytes.AsSpan(0, reader.CopyString(bytes));
    }

    private long Money(ref Utf8JsonReader reader, in Where where) =>
        Whole(ref reader, where, MostMoney, "a whole number of minor units: 1990 for 19.90");

    private string? Currency(ref Utf8JsonReader reader, in Where where)
    {
        if (!Expect(ref reader, JsonTokenType.String, where, "a text")) return null;
        if (Currencies.Find(Unescaped(ref reader)) is { } code) return code;
        Fail(EventRefusals.CurrencyUnknown, where, "No ISO 4217 currency. Send three capital letters, e.g. CNY.");
        return null;
    }

    private long Time(ref Utf8JsonReader reader, in Where where, bool future)
    {
        if (!Expect(ref reader, JsonTokenType.String, where, "a text")) return 0;
        switch (Rfc3339.Read(Unescaped(ref reader), out var ms))
        {
            case Rfc3339.Reading.Invalid:
                Fail(EventRefusals.TimeInvalid, where, "No RFC 3339 time. Send e.g. 2026-11-11T00:03:12+08:00.");
                break;
            case Rfc3339.Reading.WithoutZone:
                Fail(EventRefusals.TimeWithoutZone, where, "The time has no zone, so it could be any of 25 hours. Add the offset, e.g. +08:00, or Z for UTC.");
                break;
            case Rfc3339.Reading.OutOfRange:
                Fail(EventRefusals.TimeOutOfRange, where, $"The year must lie between {Rfc3339.FirstYear} and {Rfc3339.LastYear}.");
                break;
            case Rfc3339.Reading.Ok when !future && !Future.Clamps && ms > nowMs + FutureMs:
                Fail(EventRefusals.TimeInFuture, where, $"More than {Future.Hours} hours ahead of the server's clock. Correct the source's clock, or send it when it has happened.");
                break;
        }
        return ms;
    }
}
