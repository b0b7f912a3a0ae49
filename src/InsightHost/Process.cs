using System.Runtime.InteropServices;

namespace Danke.InsightHost;

internal static partial class Process
{
    /// <summary>
    /// Ends without running the library's destructors, which may wait for its threads for ever. Everything it was told to keep is on
    /// disk by then: parts are written whole and renamed into place.
    /// </summary>
    public static void EndNow()
    {
        Console.Out.Flush();
        Console.Error.Flush();
        Exit(Environment.ExitCode);
    }

    /// <summary>Lowers the priority of this thread and those it begins: whoever has something to do on the same processors goes first.</summary>
    public static void GiveWay() => _ = Nice(10);

    [LibraryImport("libc", EntryPoint = "nice")]
    private static partial int Nice(int by);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
