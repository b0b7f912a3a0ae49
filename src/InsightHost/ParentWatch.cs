namespace Danke.InsightHost;

/// <summary>
/// The parent holds the other end of our standard input and never writes to it. However it dies, the operating system closes
/// that end, and we read the end of the stream.
/// </summary>
internal static class ParentWatch
{
    public static async Task UntilGone(Stream input)
    {
        var ignored = new byte[64];
        while (await input.ReadAsync(ignored) > 0) { }
    }
}
