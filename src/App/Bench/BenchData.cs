using Danke.Platform.Settings;

namespace Danke.App.Bench;

/// <summary>A data directory for one run, removed afterwards. A PostgreSQL given with --books must be empty: it is filled and left.</summary>
internal sealed class BenchData : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("danke-bench-").FullName;

    /// <summary>The settings with the run's own data directory; a SQLite file lies there too.</summary>
    public DankeSettings Settings(DankeSettings given) => given with
    {
        Data = Folder,
        Books = given.Books.StartsWith("sqlite:", StringComparison.Ordinal) ? "sqlite:" + Path.Combine(Folder, "books.db") : given.Books,
    };

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
