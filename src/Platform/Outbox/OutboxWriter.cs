using System.Buffers;
using System.Text.Json;
using Danke.Contracts.Events;
using Danke.Platform.Books;

namespace Danke.Platform.Outbox;

/// <summary>One command's announcements as they lie in the outbox.</summary>
internal sealed record OutboxRow(long Seq, long AtMs, string CommandKey, long PersonId, byte[] Announcements);

internal static class OutboxWriter
{
    public static readonly Table<OutboxRow> Table = new Table<OutboxRow>("outbox", "seq")
        .Long("seq", r => r.Seq).Long("at_ms", r => r.AtMs).Text("command_key", r => r.CommandKey)
        .Long("person_id", r => r.PersonId).Utf8("announcements", r => r.Announcements);

    [ThreadStatic] private static ArrayBufferWriter<byte>? buffer;
    [ThreadStatic] private static Utf8JsonWriter? writer;

    public static byte[] ToJson(IReadOnlyList<Announcement> announcements)
    {
        buffer ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        var json = writer ??= new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.Reset(buffer);
        json.WriteStartArray();
        foreach (var announcement in announcements) Write(json, announcement);
        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Announcement announcement)
    {
        json.WriteStartObject();
        json.WriteString("type", announcement.Type);
        json.WriteString("entity", announcement.Entity);
        json.WriteNumber("key", announcement.Key);
        if (announcement.WasPerson is { } was) json.WriteNumber("was_person", was);
        if (announcement.Data is { } data)
        {
            json.WritePropertyName("data");
            data.WriteTo(json);
        }
        json.WriteEndObject();
    }
}
