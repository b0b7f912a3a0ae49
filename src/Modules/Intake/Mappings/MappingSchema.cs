namespace Danke.Intake.Mappings;

/// <summary>The published JSON Schema of a mapping, as <see cref="MappingReader"/> reads it.</summary>
internal static class MappingSchema
{
    /// <summary>UTF-8 JSON.</summary>
    public static byte[] Json { get; } = Load();

    private static byte[] Load()
    {
        using var stream = typeof(MappingSchema).Assembly.GetManifestResourceStream("mapping.schema.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
