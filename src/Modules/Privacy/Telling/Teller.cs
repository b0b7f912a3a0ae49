using System.Text.Json.Nodes;
using Danke.Platform.Access;
using Danke.Platform.Access.Keys;
using Danke.Platform.Json;
using Danke.Platform.Privacy;
using Danke.Platform.Problems;
using Danke.Platform.Settings;
using Danke.Privacy.Requests;
using Microsoft.AspNetCore.Http;

namespace Danke.Privacy.Telling;

/// <summary>
/// Writes down all that is kept of a person, as one JSON document. It lies sealed in the data directory until its time is over, the person
/// is erased, or somebody deletes it; the readable page is made of it when it is fetched.
/// </summary>
internal sealed class Teller(ISubjects subjects, PersonalData data, BrandSettings brand, PrivacySettings settings, DankeSettings place, RequestStore requests, Vault vault, TimeProvider clock) : ISealedElsewhere
{
    public const string Format = "danke.person.v1";

    private readonly string folder = Path.Combine(place.Data, "privacy");

    public async Task<long> Write(PrivacyRequest request, CancellationToken cancel)
    {
        var subject = await subjects.Find(request.PersonId, cancel)
            ?? throw new ProblemException(StatusCodes.Status404NotFound, "no_such_person", $"There is no person {request.PersonId} any more.");
        var told = await data.Tell(subject, cancel);
        var document = new JsonObject
        {
            ["format"] = Format,
            ["brand"] = (await brand.Current(cancel)).BrandName,
            ["request_id"] = request.RequestId,
            ["made_at"] = clock.GetUtcNow(),
            ["person_id"] = subject.PersonId,
            ["former_numbers"] = new JsonArray([.. subject.Persons.Skip(1).Select(p => (JsonNode)p)]),
            ["data"] = told,
        };
        Keep(request.RequestId, vault.Seal(document.ToJsonString(DankeJson.Options)));
        return told.Sum(t => (long)t.Value!.AsArray().Count);
    }

    public async Task<long?> KeptUntil(CancellationToken cancel) => clock.GetUtcNow().AddDays((await settings.Current(cancel)).DocumentDays).ToUnixTimeMilliseconds();

    private void Keep(long request, byte[] document)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(PathOf(request) + ".new", options))
        {
            file.Write(document);
            file.Flush(flushToDisk: true);
        }
        File.Move(PathOf(request) + ".new", PathOf(request), overwrite: true);
    }

    private string PathOf(long request) => Path.Combine(folder, $"request-{request}.sealed");

    /// <summary>Null when there is none, or its time is over.</summary>
    public JsonObject? Read(PrivacyRequest request) =>
        request.DocumentUntilMs > clock.GetUtcNow().ToUnixTimeMilliseconds() && File.Exists(PathOf(request.RequestId))
            ? JsonNode.Parse(vault.Open(File.ReadAllBytes(PathOf(request.RequestId))))!.AsObject() : null;

    public string Name => "privacy_documents";

    /// <summary>Those of this node: they are gone in some days on others, where the old key is as well.</summary>
    public async Task<long> Reseal(CancellationToken cancel)
    {
        long count = 0;
        foreach (var request in await requests.Documents(cancel))
        {
            if (!File.Exists(PathOf(request.RequestId)) || File.ReadAllBytes(PathOf(request.RequestId)) is not { } document || Vault.SealOf(document) == vault.SealNumber) continue;
            Keep(request.RequestId, vault.Seal(vault.Open(document)));
            count++;
        }
        return count;
    }

    public async Task Delete(PrivacyRequest request)
    {
        File.Delete(PathOf(request.RequestId));
        await requests.DocumentGone(request.RequestId);
    }
}
