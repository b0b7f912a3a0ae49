using System.Security.Cryptography;
using System.Text;
using Danke.Platform.Books;
using Danke.Platform.Settings;

namespace Danke.Intake.Imports;

/// <summary>A file that was handed in.</summary>
/// <param name="UploadId">Generated; the file's name on disk.</param>
/// <param name="Name">As it was called, for showing only.</param>
/// <param name="Sha256">Of its bytes, in hex.</param>
internal sealed record Upload(string UploadId, string Name, long Bytes, string Sha256, long CreatedAtMs, string CreatedBy)
{
    /// <summary>Short, for ids of rows that have none.</summary>
    public string FileHash => Sha256[..12];
}

/// <summary>Keeps handed-in files under the data directory. The same bytes are kept once.</summary>
internal sealed class UploadStore(BooksStore books, DankeSettings settings, TimeProvider clock)
{
    public const long MostBytes = 16L << 30;
    private const int LongestName = 200;

    private readonly string folder = Path.Combine(settings.Data, "uploads");

    public string PathOf(Upload upload) => Path.Combine(folder, upload.UploadId);

    /// <summary>Deletes the file, if this node has it.</summary>
    public void Delete(string uploadId) => File.Delete(Path.Combine(folder, Path.GetFileName(uploadId)));

    /// <summary>Writes the stream to disk as it comes.</summary>
    public async Task<Upload> Keep(Stream content, string name, string by, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var path = Path.Combine(folder, id);
        try
        {
            var (bytes, hash) = await Write(content, path, cancel);
            if (await BySha256(hash) is { } known && File.Exists(PathOf(known)))
            {
                File.Delete(path);
                return known with { Name = Shown(name) };
            }
            var upload = new Upload(id, Shown(name), bytes, hash, now, by);
            await books.Write(t => t.Execute("""
                insert into uploads (upload_id, name, bytes, sha256, created_at_ms, created_by) values (@id, @name, @bytes, @hash, @now, @by)
                """, ("id", id), ("name", upload.Name), ("bytes", bytes), ("hash", hash), ("now", now), ("by", by)), cancel);
            return upload;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private static async Task<(long, string)> Write(Stream content, string path, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        var buffer = new byte[1 << 16];
        long bytes = 0;
        for (int read; (read = await content.ReadAsync(buffer, cancel)) > 0; bytes += read)
        {
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
            if (bytes > MostBytes) throw new Files.FileException("file_too_large", $"At most {MostBytes >> 30} GB. Split the file.");
        }
        await file.FlushAsync(cancel);
        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>The last part of whatever path, without control characters: it goes to screens, never to the disk.</summary>
    public static string Shown(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var shown = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
            if (!Rune.IsControl(rune) && rune != Rune.ReplacementChar && shown.Length < LongestName) shown.Append(rune.ToString());
        return shown.Length == 0 ? "file" : shown.ToString();
    }

    public Task<Upload?> Find(string id, CancellationToken cancel) => One("upload_id = @value", id, cancel);

    private Task<Upload?> BySha256(string hash) => One("sha256 = @value", hash, CancellationToken.None);

    private async Task<Upload?> One(string where, string value, CancellationToken cancel) =>
        (await books.Read($"select upload_id, name, bytes, sha256, created_at_ms, created_by from uploads where {where} order by created_at_ms desc limit 1",
            r => new Upload(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetString(3), r.GetInt64(4), r.GetString(5)), [("value", value)], cancel)).FirstOrDefault();
}
