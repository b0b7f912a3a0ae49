using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Danke.Engines.Randomness;

namespace Danke.App.Bench;

/// <summary>
/// Events as a platform would push them: joins of buyers, then paid orders of two lines each with the buyer's two identifiers.
/// The same for the same seed, made before anything is timed.
/// </summary>
internal static class PlatformOrders
{
    private const long Begin = 1_767_225_600_000; // 2026-01-01T00:00Z

    /// <summary>One NDJSON text for each <paramref name="perBody"/> buyers who join.</summary>
    public static IEnumerable<byte[]> Joins(int buyers, int perBody) => Bodies(buyers, perBody, (json, i) =>
    {
        Envelope(json, $"join/{i}", "member.joined", Begin, i);
        json.WriteStartObject("data");
        json.WriteEndObject();
    });

    /// <summary>One NDJSON text for each <paramref name="perBody"/> orders.</summary>
    public static IEnumerable<byte[]> Orders(int orders, int buyers, int perBody, ulong seed)
    {
        var state = seed;
        return Bodies(orders, perBody, (json, i) =>
        {
            var buyer = (int)(SplitMix64.Next(ref state) % (ulong)buyers);
            Envelope(json, $"T{i}/paid", "order.paid", Begin + 86_400_000L + i * 60L, buyer);
            json.WriteStartObject("data");
            json.WriteString("order", $"26{i.ToString("D10", CultureInfo.InvariantCulture)}");
            json.WriteString("currency", "CNY");
            json.WriteStartArray("lines");
            long total = 0;
            for (var line = 1; line <= 2; line++) total += Line(json, line, (long)(SplitMix64.Next(ref state) % 300), 1 + (long)(SplitMix64.Next(ref state) % 3));
            json.WriteEndArray();
            json.WriteNumber("shipping_minor", 0);
            json.WriteNumber("total_minor", total);
            json.WriteStartArray("payments");
            json.WriteStartObject();
            json.WriteString("method", "alipay");
            json.WriteNumber("amount_minor", total);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static long Line(Utf8JsonWriter json, int line, long product, long quantity)
    {
        var price = 3_900 + product * 100;
        json.WriteStartObject();
        json.WriteString("line", line.ToString(CultureInfo.InvariantCulture));
        json.WriteString("sku", $"SKU{product:D5}");
        json.WriteString("name", $"舒缓保湿精华乳 {product} 号 50ml");
        json.WriteString("category", "护肤");
        json.WriteNumber("quantity", quantity);
        json.WriteNumber("unit_price_minor", price);
        json.WriteNumber("amount_minor", price * quantity);
        json.WriteEndObject();
        return price * quantity;
    }

    private static void Envelope(Utf8JsonWriter json, string id, string type, long atMs, int buyer)
    {
        json.WriteString("source", "bench-tmall");
        json.WriteString("id", id);
        json.WriteString("type", type);
        json.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture));
        json.WriteString("channel", "tmall");
        json.WriteString("shop", "flagship");
        json.WriteStartArray("identifiers");
        Identifier(json, "tmall_ouid", "flagship", $"AAHb{buyer:D12}xq");
        Identifier(json, "phone", "", $"100{buyer:D8}");
        json.WriteEndArray();
    }

    private static void Identifier(Utf8JsonWriter json, string @namespace, string scope, string value)
    {
        json.WriteStartObject();
        json.WriteString("namespace", @namespace);
        if (scope.Length > 0) json.WriteString("scope", scope);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    private static IEnumerable<byte[]> Bodies(int count, int perBody, Action<Utf8JsonWriter, int> write)
    {
        var buffer = new ArrayBufferWriter<byte>(perBody * 1024);
        for (var from = 0; from < count; from += perBody)
        {
            buffer.ResetWrittenCount();
            for (var i = from; i < Math.Min(count, from + perBody); i++)
            {
                using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
                {
                    json.WriteStartObject();
                    write(json, i);
                    json.WriteEndObject();
                }
                buffer.Write("\n"u8);
            }
            yield return buffer.WrittenSpan.ToArray();
        }
    }
}
