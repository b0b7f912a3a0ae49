namespace Danke.App.Hosting;

/// <summary>Held on a data directory by the one process that has it open. The operating system lets go when the process dies.</summary>
internal sealed class ServerLock : IDisposable
{
    private readonly FileStream file;

    private ServerLock(FileStream file) => this.file = file;

    private static string PathIn(string data) => Path.Combine(data, "server.lock");

    /// <summary>Takes the lock; null when another process has it.</summary>
    public static ServerLock? Take(string data)
    {
        CreatePrivate(data);
        try
        {
            return new ServerLock(new FileStream(PathIn(data), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    // What lies in it is personal: a new data directory is for its owner only.
    private static void CreatePrivate(string data)
    {
        if (OperatingSystem.IsWindows() || Directory.Exists(data)) Directory.CreateDirectory(data);
        else Directory.CreateDirectory(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public static bool IsHeld(string data)
    {
        if (!File.Exists(PathIn(data))) return false;
        using var taken = Take(data);
        return taken is null;
    }

    public void Dispose() => file.Dispose();
}
