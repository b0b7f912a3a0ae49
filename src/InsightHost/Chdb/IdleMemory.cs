using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Danke.InsightHost.Chdb;

/// <summary>
/// Gives memory back when nobody has asked for anything for a while: the allocators' free pages, .NET's heap, and the pages of the
/// library's code and constants (half a gigabyte in its file), which come back from the page cache when they are used again.
/// </summary>
internal sealed partial class IdleMemory : IDisposable
{
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(10);
    private readonly Timer timer;
    private readonly Func<bool> isIdle;
    private readonly Action purge;

    public IdleMemory(Func<bool> isIdle, Action purge)
    {
        (this.isIdle, this.purge) = (isIdle, purge);
        timer = new Timer(_ => GiveBack(), null, QuietFor, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A request came: put it off.</summary>
    public void Busy() => timer.Change(QuietFor, Timeout.InfiniteTimeSpan);

    private void GiveBack()
    {
        if (!isIdle())
        {
            Busy();
            return;
        }
        purge();
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux()) ForgetLibraryPages();
    }

    // Only mappings that cannot be written and hold no page of their own ("Anonymous: 0"): dropping such a page loses nothing.
    // The part with the relocated pointers looks read-only too, but is not in the file like that.
    private static void ForgetLibraryPages()
    {
        (nint Start, nint Length)? candidate = null;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            if (Mapping().Match(line) is { Success: true } match)
                candidate = match.Groups[3].Value[1] != 'w' && line.EndsWith("/libchdb.so", StringComparison.Ordinal) ? Range(match) : null;
            else if (candidate is { } range && line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] == "0") _ = Advise(range.Start, (nuint)range.Length, DoNotNeed);
                candidate = null;
            }
        }
    }

    private static (nint, nint) Range(System.Text.RegularExpressions.Match match)
    {
        var start = nint.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (start, nint.Parse(match.Groups[2].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture) - start);
    }

    public void Dispose() => timer.Dispose();

    private const int DoNotNeed = 4;

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);

    [System.Text.RegularExpressions.GeneratedRegex("^([0-9a-f]+)-([0-9a-f]+) (....) ")]
    private static partial System.Text.RegularExpressions.Regex Mapping();
}
