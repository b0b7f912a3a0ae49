using Danke.Intake.Events;
using Danke.Intake.Files;
using Danke.Platform.Books;
using Danke.Platform.Jobs;
using Danke.Platform.Privacy;
using Danke.Platform.Problems;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Http;

namespace Danke.Intake.Imports;

/// <summary>Imports as jobs: they survive leaving the page and go on after a restart.</summary>
internal sealed class ImportJob(Lazy<ImportStore> store, UploadStore uploads, Reception reception, BooksStore books, IErasedTexts erased, TimeProvider clock, EventTimes times) : IJobKind
{
    public const string KindName = "import";

    public string Kind => KindName;
    public bool Resumes => true;

    public async Task Run(JobRun job, CancellationToken cancel)
    {
        var import = await store.Value.Find(job.Detail["import_id"]!.GetValue<long>(), cancel) ?? throw Failed("import_unknown", "The import is not in the Books.");
        var upload = await uploads.Find(import.UploadId, cancel);
        if (upload is null || !File.Exists(uploads.PathOf(upload))) throw Failed("file_missing", "The uploaded file is not on this server any more. Upload it and begin the import again.");
        try
        {
            await new ImportRun(import, upload, uploads.PathOf(upload), reception, store.Value, books, erased, clock, await times.Current(cancel), job).Run(cancel);
        }
        catch (FileException error)
        {
            throw Failed(error.Code, error.Message);
        }
        catch (InvalidDataException)
        {
            throw Failed("file_damaged", "The packed file is damaged. Pack it again.");
        }
    }

    private static ProblemException Failed(string code, string detail) => new(StatusCodes.Status400BadRequest, code, detail);
}
