using System.Runtime.InteropServices;

namespace Danke.InsightHost.Chdb;

/// <summary>
/// The process's signal handlers, saved and put back. Loading and starting the library replaces those of SIGSEGV and others,
/// which .NET needs: without them an ordinary null reference kills the process.
/// </summary>
internal sealed unsafe partial class SignalHandlers
{
    // struct sigaction is 152 bytes with glibc and 16 on macOS: kept as it is, never looked into.
    private const int StructSize = 256;
    private const int LastSignal = 31;

    private readonly byte[] saved = new byte[StructSize * (LastSignal + 1)];
    private readonly bool[] known = new bool[LastSignal + 1];

    public static SignalHandlers Save()
    {
        var handlers = new SignalHandlers();
        fixed (byte* start = handlers.saved)
            for (var signal = 1; signal <= LastSignal; signal++)
                handlers.known[signal] = SigAction(signal, null, start + signal * StructSize) == 0;
        return handlers;
    }

    public void Restore()
    {
        fixed (byte* start = saved)
            for (var signal = 1; signal <= LastSignal; signal++)
                if (known[signal]) _ = SigAction(signal, start + signal * StructSize, null); // SIGKILL and SIGSTOP say no: nobody changed them
        Prove();
    }

    // Better now, with a clear cause, than at some null reference in the night.
    private static void Prove()
    {
        try
        {
            _ = Nothing().Length;
        }
        catch (NullReferenceException)
        {
            return;
        }
        throw new InvalidOperationException("A null reference is no exception any more.");
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static byte[] Nothing() => null!;

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SigAction(int signal, byte* set, byte* get);
}
