using System.Buffers;
using System.IO.Pipelines;

namespace Danke.Intake.Events;

/// <summary>
/// Answers on their way to a client that may not be reading yet: many send their whole body first. Goes to the client as
/// fast as it takes, waits in memory up to a bound, then in a temporary file; never makes the reading of the body wait.
/// </summary>
internal sealed class Spool(PipeWriter client, string folder) : IAsyncDisposable
{
    private const int MostInMemory = 1 << 20;

    /// <summary>As much is handed to the connection at once.</summary>
    private const int Portion = 64 * 1024;

    private readonly MemoryStream memory = new();
    private FileStream? file;
    private long fileRead;
    private int memoryRead;
    private Task<FlushResult> flush = Task.FromResult(default(FlushResult));

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (file is null && memory.Length - memoryRead + bytes.Length > MostInMemory)
            file = new FileStream(Path.Combine(folder, $"answers-{Path.GetRandomFileName()}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        if (file is null)
        {
            memory.Write(bytes);
            return;
        }
        file.Position = file.Length;
        file.Write(bytes);
    }

    /// <summary>Hands on what the connection takes without waiting.</summary>
    public void Pump()
    {
        while (flush.IsCompleted && HandOn()) { }
    }

    /// <summary>Hands on all that is left.</summary>
    public async ValueTask Drain()
    {
        do await flush;
        while (HandOn());
    }

    private bool HandOn()
    {
        if (!NextPortion(out var portion)) return false;
        client.Write(portion.Span);
        flush = client.FlushAsync().AsTask();
        return true;
    }

    private readonly byte[] fromFile = new byte[Portion];

    private bool NextPortion(out ReadOnlyMemory<byte> portion)
    {
        // Memory first: it was written before the file began.
        if (memoryRead < memory.Length)
        {
            portion = memory.GetBuffer().AsMemory(memoryRead, Math.Min(Portion, (int)memory.Length - memoryRead));
            memoryRead += portion.Length;
            return true;
        }
        if (file is null) memory.SetLength(memoryRead = 0);
        portion = default;
        if (file is null) return false;
        file.Position = fileRead;
        var read = file.Read(fromFile);
        fileRead += read;
        portion = fromFile.AsMemory(0, read);
        if (read > 0) return true;
        file.Dispose();
        file = null;
        fileRead = 0;
        memory.SetLength(memoryRead = 0);
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (file is not null) await file.DisposeAsync();
    }
}
