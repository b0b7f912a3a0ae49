using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Danke.Contracts.Commands;

namespace Danke.Orders.Reporting;

/// <summary>Lines and payments as they lie in the Books: compact JSON arrays, read whole and never searched there.</summary>
internal static class OrderJson
{
    [ThreadStatic] private static ArrayBufferWriter<byte>? buffer;
    [ThreadStatic] private static Utf8JsonWriter? writer;

    // Not escaped beyond what JSON needs: Chinese names stay readable and short.
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly byte[] None = [.. "[]"u8];

    public static byte[] Lines(ImmutableArray<OrderLine> lines) => Write(lines, static (json, line) =>
    {
        json.WriteStringValue(line.Line);
        json.WriteStringValue(line.Sku);
        json.WriteStringValue(line.Name);
        json.WriteStringValue(line.Category);
        json.WriteNumberValue(line.Quantity);
        json.WriteNumberValue(line.UnitPriceMinor);
        json.WriteNumberValue(line.AmountMinor);
    });

    public static byte[] Payments(ImmutableArray<Payment> payments) => Write(payments, static (json, payment) =>
    {
        json.WriteStringValue(payment.Method);
        json.WriteNumberValue(payment.AmountMinor);
    });

    public static byte[] RefundLines(ImmutableArray<RefundLine> lines) => Write(lines, static (json, line) =>
    {
        json.WriteStringValue(line.Line);
        json.WriteStringValue(line.Sku);
        json.WriteStringValue(line.Name);
        json.WriteNumberValue(line.Quantity);
        json.WriteNumberValue(line.AmountMinor);
    });

    private static byte[] Write<T>(ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.IsDefaultOrEmpty) return None;
        buffer ??= new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        var json = writer ??= new Utf8JsonWriter(buffer, Options);
        json.Reset(buffer);
        json.WriteStartArray();
        foreach (var item in items)
        {
            json.WriteStartArray();
            write(json, item);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static ImmutableArray<OrderLine> ReadLines(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(l => new OrderLine(
            l[0].GetString()!, l[1].GetString()!, l[2].GetString(), l[3].GetString(), l[4].GetInt64(), l[5].GetInt64(), l[6].GetInt64()))];
    }

    public static ImmutableArray<Payment> ReadPayments(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(p => new Payment(p[0].GetString()!, p[1].GetInt64()))];
    }

    public static ImmutableArray<RefundLine> ReadRefundLines(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(l => new RefundLine(
            l[0].GetString(), l[1].GetString(), l[2].GetString(), l[3].GetInt64(), l[4].GetInt64()))];
    }
}
