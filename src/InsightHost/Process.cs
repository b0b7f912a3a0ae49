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

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
