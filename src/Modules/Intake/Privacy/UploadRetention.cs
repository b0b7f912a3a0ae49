using Danke.Intake.Imports;
using Danke.Platform.Books;
using Danke.Platform.Privacy;

namespace Danke.Intake.Privacy;

/// <summary>
/// Files that were handed in: they go from the data directory of the node that has them, with their rows, unless an import reads them still.
/// What came of them stays, and how many rows there were.
/// </summary>
internal sealed class UploadRetention(BooksStore books, UploadStore uploads) : IRetained
{
    private const long AtOnce = 500;

    private const string Older = """
        from uploads u where u.created_at_ms < @before
          and not exists (select 1 from imports i join jobs j on j.job_id = i.job_id where i.upload_id = u.upload_id and (i.created_at_ms >= @before or j.state in ('waiting', 'running')))
        """;

    public string Name => "uploads";
    public PersonalTitle Title { get; } = new("上传的文件", "Files that were handed in");
    public int? DefaultDays => 365;

    public async Task<long> Count(long beforeMs, CancellationToken cancel) => (await books.Read($"select count(*) {Older}", r => r.GetInt64(0), [("before", beforeMs)], cancel))[0];

    public async Task<long> Remove(long beforeMs, CancellationToken cancel)
    {
        for (long removed = 0; ;)
        {
            cancel.ThrowIfCancellationRequested();
            var ids = await books.Read($"select u.upload_id {Older} order by u.upload_id limit @most", r => r.GetString(0), [("before", beforeMs), ("most", AtOnce)], cancel);
            // The file first: whoever is broken off between finds the row again.
            foreach (var id in ids) uploads.Delete(id);
            if (ids.Count > 0) await books.Write(t => t.Execute("delete from uploads where upload_id in ({keys:text})", ("keys", ids.ToArray())), cancel);
            removed += ids.Count;
            if (ids.Count < AtOnce) return removed;
        }
    }
}
