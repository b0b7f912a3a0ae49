using System.Globalization;
using System.Text.Json.Nodes;
using Danke.Contracts.Events;
using Danke.Intake.Events;
using Danke.Intake.Files;
using Danke.Intake.Mappings;
using Danke.Platform.Access;
using Danke.Platform.Jobs;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Danke.Intake.Imports;

/// <summary>Files by HTTP: hand one in, see what a mapping makes of it, run it.</summary>
internal static class ImportEndpoints
{
    internal sealed record UploadAnswer(string UploadId, string Name, long Bytes, string? Format, string? Encoding, string? Separator,
        IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> RowsSample, IReadOnlyList<ProblemCount> Problems, IReadOnlyList<string>? Candidates);

    /// <param name="Mapping">As a document, or as YAML in a text. Left out: one is proposed.</param>
    /// <param name="Encoding">In which the file is read, whatever the mapping or the file says; the answer's mapping names it.</param>
    internal sealed record PreviewRequest(string UploadId, JsonNode? Mapping = null, string? Encoding = null);

    internal sealed record ImportRequest(string UploadId, JsonNode? Mapping = null, bool DryRun = false);

    /// <param name="RowsTotal">Known when the whole file was read.</param>
    internal sealed record ImportAnswer(
        long Id, long JobId, string File, string UploadId, string Mapping, bool DryRun, JobState State, long? RowsTotal, long RowsRead, long RowsInEvents, long RowsDead, long RowsSkipped,
        long BytesRead, long BytesTotal, long Events, long Applied, long Duplicate, long Declined, long Rejected, IReadOnlyList<ProblemCount> Problems, string? Error,
        DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, double? Seconds);

    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapPost("/uploads", PostUpload).RequireScope(Scopes.IntakeWrite).DisableAntiforgery().WithTags("intake").WithName("UploadFile")
            .WithSummary("Hand in a file (multipart, field 'file')").Accepts<IFormFile>("multipart/form-data").Produces<UploadAnswer>(201).ProducesProblem(400).ProducesProblem(413);
        v1.MapPost("/imports/preview", PostPreview).RequireScope(Scopes.IntakeWrite).WithTags("intake").WithName("PreviewImport")
            .WithSummary("What a mapping would make of a file; proposes one when none is given").Produces<PreviewResult>().ProducesProblem(400).ProducesProblem(404);
        v1.MapPost("/imports", PostImport).RequireScope(Scopes.IntakeWrite).WithTags("intake").WithName("BeginImport").Produces<ImportAnswer>(202).ProducesProblem(400).ProducesProblem(404);
        v1.MapGet("/imports", ListImports).RequireScope(Scopes.IntakeRead).WithTags("intake").WithName("ListImports").WithSummary("Imports, newest first").Produces<Page<ImportAnswer>>();
        v1.MapGet("/imports/mapping-schema", () => Results.Bytes(MappingSchema.Json, "application/schema+json")).RequireScope(Scopes.IntakeRead).WithTags("intake").WithName("GetMappingSchema").WithSummary("The JSON Schema of a mapping")
            .Produces<object>(StatusCodes.Status200OK, "application/schema+json");
        v1.MapGet("/imports/{id:long}", GetImport).RequireScope(Scopes.IntakeRead).WithTags("intake").WithName("GetImport").Produces<ImportAnswer>().ProducesProblem(404);
        v1.MapPost("/imports/{id:long}/resume", Resume).RequireScope(Scopes.IntakeWrite).WithTags("intake").WithName("ResumeImport").Produces<ImportAnswer>().ProducesProblem(404).ProducesProblem(409);
        v1.MapPost("/imports/{id:long}/cancel", Cancel).RequireScope(Scopes.IntakeWrite).WithTags("intake").WithName("CancelImport").Produces<ImportAnswer>().ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> PostUpload(HttpContext context, [FromServices] UploadStore uploads, CancellationToken cancel)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = UploadStore.MostBytes;
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send the file as multipart/form-data in a field named file.");
        try
        {
            var parts = new MultipartReader(boundary.ToString(), context.Request.Body);
            while (await parts.ReadNextSectionAsync(cancel) is { } part)
            {
                if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)) continue;
                var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName);
                if (name.Length == 0) continue;
                var upload = await uploads.Keep(part.Body, name.ToString(), context.Caller().Actor, cancel);
                return Results.Json(Looked(upload, uploads), statusCode: StatusCodes.Status201Created);
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException { InnerException: null } and not FileNotFoundException)
        {
            return Problem.Invalid("upload_broken", "The upload broke off or is no multipart form. Send it again.");
        }
        catch (FileException error)
        {
            return Problem.Of(StatusCodes.Status413PayloadTooLarge, error.Code, error.Message);
        }
        return Problem.Invalid("file_missing", "The form holds no file. Send it in a field named file.");
    }

    // A file that cannot be read yet - nobody said in which encoding - is kept all the same: the mapping may say.
    private static UploadAnswer Looked(Upload upload, UploadStore uploads)
    {
        try
        {
            var look = Preview.Look(uploads.PathOf(upload));
            return new UploadAnswer(upload.UploadId, upload.Name, upload.Bytes, look.Format, look.Encoding, look.Separator, look.Columns, look.RowsSample, look.Warnings, null);
        }
        catch (FileException error)
        {
            return new UploadAnswer(upload.UploadId, upload.Name, upload.Bytes, null, null, null, [], [], [new ProblemCount(error.Code, 1, [new ProblemExample(0, error.Message)])], error.Candidates);
        }
        catch (InvalidDataException)
        {
            return new UploadAnswer(upload.UploadId, upload.Name, upload.Bytes, null, null, null, [], [], [new ProblemCount("file_damaged", 1, [new ProblemExample(0, "The packed file is damaged. Pack it again.")])], null);
        }
    }

    private static async Task<IResult> PostPreview(PreviewRequest request, [FromServices] UploadStore uploads, [FromServices] TimeProvider clock, [FromServices] EventTimes times, CancellationToken cancel)
    {
        if (await Found(uploads, request.UploadId, cancel) is not { } upload) return NoUpload();
        var path = uploads.PathOf(upload);
        var future = await times.Current(cancel);
        return await Guarded(() =>
        {
            if (request.Encoding is { } named && !Encodings.IsKnown(named)) return UnknownEncoding();
            var (mapping, problems) = request.Mapping is null ? Proposal.For(path, upload.Name, request.Encoding) : ReadAs(request.Encoding, request.Mapping);
            return mapping is null ? Refused(problems) : Results.Ok(Preview.Run(path, upload.FileHash, mapping, request.Mapping is null, clock, future, cancel));
        });
    }

    private static async Task<IResult> PostImport(
        HttpContext context, ImportRequest request, [FromServices] UploadStore uploads, [FromServices] ImportStore store, CancellationToken cancel)
    {
        if (await Found(uploads, request.UploadId, cancel) is not { } upload) return NoUpload();
        var path = uploads.PathOf(upload);
        Mapping? mapping = null;
        var refusal = await Guarded(() =>
        {
            (mapping, var problems) = request.Mapping is null ? Events(path) : Read(request.Mapping);
            if (mapping is null) return Refused(problems);
            // What can be said at once is not left to the run: a wrong encoding, a column that is not there.
            using var preparation = new Preparation(path, upload.FileHash, mapping, TimeProvider.System, 0, FutureTimes.Default);
            return Results.Ok();
        });
        if (mapping is null || refusal is not Microsoft.AspNetCore.Http.HttpResults.Ok) return refusal;
        var import = await store.Begin(upload, mapping, request.DryRun, context.Caller(), cancel);
        return Results.Json(Shown(import), statusCode: StatusCodes.Status202Accepted);
    }

    // Canonical events need no mapping.
    private static (Mapping?, IReadOnlyList<MappingProblem>) Events(string path) => FileOpening.Find(path).Format == "events"
        ? Read(new JsonObject { ["mapping"] = 1, ["name"] = "events", ["file"] = new JsonObject { ["format"] = "events" } })
        : (null, [new MappingProblem("$", "Give a mapping: the file holds rows, not events. A preview proposes one.")]);

    private static (Mapping?, IReadOnlyList<MappingProblem>) Read(JsonNode mapping) =>
        mapping is JsonValue value && value.TryGetValue<string>(out var yaml) ? MappingReader.Read(yaml) : MappingReader.Read(mapping);

    private static (Mapping?, IReadOnlyList<MappingProblem>) ReadAs(string? encoding, JsonNode given)
    {
        var read = Read(given);
        if (encoding is null || read.Item1 is not { } mapping) return read;
        var document = mapping.Document.DeepClone().AsObject();
        if (document["file"] is not JsonObject file) document["file"] = file = [];
        file["encoding"] = Encodings.Canonical(encoding);
        return MappingReader.Read(document);
    }

    private static IResult UnknownEncoding() => Problem.Invalid("encoding_unsupported", $"The encoding is one of {string.Join(", ", Encodings.Known)}.");

    private static IResult Refused(IReadOnlyList<MappingProblem> problems) => Problem.Of(StatusCodes.Status400BadRequest, "mapping_invalid",
        string.Join(" ", problems.Take(3).Select(p => $"{p.Path}: {p.Detail}")), new Dictionary<string, object?> { ["problems"] = problems });

    private static IResult NoUpload() => Problem.NotFound("upload_unknown", "There is no upload with this id. Hand the file in first: POST /v1/uploads.");

    private static async Task<Upload?> Found(UploadStore uploads, string id, CancellationToken cancel) =>
        await uploads.Find(id, cancel) is { } upload && File.Exists(uploads.PathOf(upload)) ? upload : null;

    private static async Task<IResult> Guarded(Func<IResult> work)
    {
        try
        {
            return await Task.Run(work);
        }
        catch (FileException error)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, error.Code, error.Message, new Dictionary<string, object?> { ["candidates"] = error.Candidates });
        }
        catch (InvalidDataException)
        {
            return Problem.Invalid("file_damaged", "The packed file is damaged. Pack it again.");
        }
    }

    private static async Task<IResult> ListImports([FromServices] ImportStore store, string? cursor, int? limit, CancellationToken cancel)
    {
        var most = Cursor.Limit(limit);
        var found = await store.List(Cursor.Before(cursor), most + 1, cancel);
        return Results.Ok(Page<ImportAnswer>.Of([.. found.Select(Shown)], most, i => [i.Id]));
    }

    private static async Task<IResult> GetImport(long id, [FromServices] ImportStore store, CancellationToken cancel) =>
        await store.Find(id, cancel) is { } import ? Results.Ok(Shown(import)) : NoImport();

    private static IResult NoImport() => Problem.NotFound("import_unknown", "There is no import with this number.");

    private static async Task<IResult> Resume(HttpContext context, long id, [FromServices] ImportStore store, CancellationToken cancel) =>
        await store.Find(id, cancel) is not { } import ? NoImport()
        : await store.Resume(import, context.Caller(), cancel) ? Results.Ok(Shown((await store.Find(id, cancel))!))
        : Problem.Conflict("import_state", $"The import is {WordOf(import.State)}. Only a failed or cancelled one can be resumed.");

    private static async Task<IResult> Cancel(HttpContext context, long id, [FromServices] ImportStore store, CancellationToken cancel) =>
        await store.Find(id, cancel) is not { } import ? NoImport()
        : await store.Cancel(import, context.Caller()) ? Results.Ok(Shown((await store.Find(id, cancel))!))
        : Problem.Conflict("import_state", $"The import is {WordOf(import.State)}. Only a waiting or running one can be cancelled.");

    private static string WordOf(JobState state) => state.ToString().ToLowerInvariant();

    private static ImportAnswer Shown(Import i) => new(
        i.ImportId, i.JobId, i.File, i.UploadId, MappingReader.Read(i.Mapping).Mapping?.Name ?? "", i.DryRun, i.State, i.State == JobState.Done ? i.Tally.RowsRead : null, i.Tally.RowsRead,
        i.Tally.RowsInEvents, i.Tally.RowsDead, i.Tally.RowsSkipped, i.Tally.BytesRead, i.BytesTotal, i.Tally.Events, i.Tally.Applied, i.Tally.Duplicate, i.Tally.Declined,
        i.Tally.Rejected, i.Tally.Problems, i.Error, At(i.CreatedAtMs)!.Value, i.CreatedBy, At(i.StartedAtMs), At(i.EndedAtMs),
        i.StartedAtMs is { } from && i.EndedAtMs is { } to ? (to - from) / 1000.0 : null);

    private static DateTimeOffset? At(long? ms) => ms is { } given ? DateTimeOffset.FromUnixTimeMilliseconds(given) : null;
}
