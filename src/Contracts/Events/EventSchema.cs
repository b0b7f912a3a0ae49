namespace Danke.Contracts.Events;

/// <summary>The published JSON Schema (2020-12) of an event, as <see cref="EventJsonReader"/> reads it.</summary>
public static class EventSchema
{
    /// <summary>UTF-8 JSON.</summary>
    public static byte[] Json { get; } = Load();

    private static byte[] Load()
    {
        using var stream = typeof(EventSchema).Assembly.GetManifestResourceStream("event.schema.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
