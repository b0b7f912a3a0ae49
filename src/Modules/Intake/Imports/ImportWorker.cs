using Danke.Intake.Events;
using Danke.Intake.Files;
using Danke.Platform.Books;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Danke.Intake.Imports;

/// <summary>Works off the imports, one after the other: the Door is shared, and two at once would be no faster. Goes on after a restart.</summary>
internal sealed class ImportWorker(ImportStore store, UploadStore uploads, Reception reception, BooksStore books, TimeProvider clock, ILogger<ImportWorker> log) : BackgroundService
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim begun = new(0);

    /// <summary>There is something to do: do not wait for the next look.</summary>
    public void Wake() => begun.Release();

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        await Task.Yield();
        try
        {
            await store.Release();
            while (!stopping.IsCancellationRequested)
                if (await store.Claim(stopping) is { } import) await Run(import, stopping);
                else await begun.WaitAsync(LooksEvery, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What runs stays running in the Books and goes on at the next start.
        }
    }

    private async Task Run(Import import, CancellationToken stopping)
    {
        try
        {
            var upload = await uploads.Find(import.UploadId, stopping);
            if (upload is null || !File.Exists(uploads.PathOf(upload))) throw new FileException("file_missing", "The uploaded file is not on this server any more. Upload it and begin the import again.");
            await new ImportRun(import, upload, uploads.PathOf(upload), reception, store, books, clock).Run(stopping);
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            var text = error switch
            {
                FileException file => $"{file.Code}: {file.Message}",
                InvalidDataException => "file_damaged: The packed file is damaged. Pack it again.",
                _ => "internal_error: The import stopped because something broke on our side. Resume it; what was applied is not applied twice.",
            };
            if (error is not (FileException or InvalidDataException)) log.LogError(error, "Import {Import} stopped", import.ImportId);
            await End(import, text);
        }
    }

    private async Task End(Import import, string error)
    {
        try
        {
            await books.Write(t => store.End(t, import.ImportId, "failed", error));
        }
        catch (Exception again)
        {
            log.LogError(again, "Import {Import} could not be marked as failed; it is taken up again", import.ImportId);
            await Task.Delay(LooksEvery, clock);
        }
    }
}
