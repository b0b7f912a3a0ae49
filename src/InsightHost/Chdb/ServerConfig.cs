using System.Globalization;
using System.Xml.Linq;

namespace Danke.InsightHost.Chdb;

/// <summary>ClickHouse's own settings for a small, quiet server. Without a file of ours it would take a config.xml from wherever we were started.</summary>
internal static class ServerConfig
{
    private const long Megabyte = 1 << 20;

    /// <summary>Writes the settings into the data directory and makes that ready; answers the file.</summary>
    public static string Write(InsightHostOptions options)
    {
        // Only with this folder in place does the library start the task that removes dropped tables; without it a DROP waits for ever.
        Directory.CreateDirectory(Path.Combine(options.Data, "metadata"));
        Clear(Path.Combine(options.Data, "tmp"));
        Clear(BodiesIn(options.Data));
        var file = Path.Combine(options.Data, "config.xml");
        new XDocument(new XElement("clickhouse", Settings(options).Select(s => new XElement(s.Name, Convert.ToString(s.Value, CultureInfo.InvariantCulture))))).Save(file);
        return file;
    }

    /// <summary>Where bodies of inserts lie until they are in a table.</summary>
    public static string BodiesIn(string data) => Path.Combine(data, "bodies");

    // What a killed run left.
    private static void Clear(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static IEnumerable<(string Name, object Value)> Settings(InsightHostOptions options) =>
    [
        ("path", options.Data),
        ("max_server_memory_usage", options.MemoryBytes),
        ("max_thread_pool_size", 128),
        ("max_thread_pool_free_size", 4),
        ("max_io_thread_pool_size", 16),
        ("max_io_thread_pool_free_size", 0),
        ("background_pool_size", 2),
        ("background_schedule_pool_size", 2),
        ("background_common_pool_size", 1),
        ("mark_cache_size", 64 * Megabyte),
        ("primary_index_cache_size", 64 * Megabyte),
        ("index_mark_cache_size", 8 * Megabyte),
        ("query_condition_cache_size", 8 * Megabyte),
        ("compiled_expression_cache_size", 16 * Megabyte),
        ("vector_similarity_index_cache_size", Megabyte),
        ("iceberg_metadata_files_cache_size", Megabyte),
        ("parquet_metadata_cache_size", Megabyte),
        ("text_index_tokens_cache_size", Megabyte),
        ("text_index_header_cache_size", Megabyte),
        ("text_index_postings_cache_size", Megabyte),
    ];
}
