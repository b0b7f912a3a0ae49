using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.Platform.Definitions;
using Danke.Platform.Json;

namespace Danke.App.Cli;

/// <summary>
/// <c>danke apply FILE…</c>: brings definitions from files - as kept in git - into the system and in force. A file holds one or more
/// documents of <c>kind</c>, <c>name</c>, <c>title</c>, <c>note</c> and <c>body</c>.
/// </summary>
internal static class ApplyVerb
{
    private sealed record Document(string File, string Kind, string Name, JsonObject Draft);

    /// <param name="Outcome">published, drafted, unchanged or valid.</param>
    private sealed record Applied(string Kind, string Name, long? Version, string Outcome, string File);

    public static Command Create()
    {
        var files = new Argument<FileInfo[]>("FILE") { Description = "YAML or JSON; several documents in a file are separated by ---.", Arity = ArgumentArity.OneOrMore };
        var draft = new Option<bool>("--draft") { Description = "Keep as drafts, do not put in force." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check only, change nothing." };
        var verb = new Command("apply", "Bring definitions (programs, audiences, journeys, mappings) from files in force. Applying the same again changes nothing.")
        {
            files, draft, dryRun, CommonOptions.Json,
        };
        verb.SetAction(async (given, cancel) =>
        {
            var documents = new List<Document>();
            foreach (var file in given.GetRequiredValue(files))
            {
                if (!file.Exists) return Printing.Fail($"There is no file {file.FullName}.", 2);
                if (Read(file, documents) is { } problem) return Printing.Fail($"{file.Name}: {problem}", 2);
            }
            await using var session = await ServerSession.Open(given.Settings(), cancel);
            return await Apply(session.Client, documents, given.GetValue(draft), given.GetValue(dryRun), given.GetValue(CommonOptions.Json), cancel);
        });
        return verb;
    }

    private static string? Read(FileInfo file, List<Document> documents)
    {
        List<JsonNode?> read;
        try
        {
            read = YamlJson.ReadAll(File.ReadAllText(file.FullName));
        }
        catch (FormatException error)
        {
            return error.Message;
        }
        foreach (var node in read)
        {
            if (node is not JsonObject fields || Word(fields, "kind") is not { } kind || Word(fields, "name") is not { } name || fields["body"] is not { } body)
                return "each document needs kind, name and body.";
            var draft = new JsonObject { ["body"] = body.DeepClone() };
            foreach (var optional in new[] { "title", "note" }) if (Word(fields, optional) is { } text) draft[optional] = text;
            documents.Add(new Document(file.Name, kind, name, draft));
        }
        return null;
    }

    private static string? Word(JsonObject fields, string name) => fields[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static async Task<int> Apply(HttpClient client, List<Document> documents, bool draft, bool dryRun, bool json, CancellationToken cancel)
    {
        // All are checked before the first is kept: half a set of definitions is worse than none.
        // What audiences and journeys name must be there: programs come first, in whatever order the files are.
        documents = [.. documents.OrderBy(d => d.Kind != "program")];
        foreach (var document in documents)
            if (await Objection(client, document, documents, cancel) is { } objection) return Printing.Fail($"{document.File}, {document.Kind}/{document.Name}: {objection}");
        var applied = new List<Applied>();
        foreach (var document in documents)
        {
            var (one, error) = dryRun ? (new Applied(document.Kind, document.Name, null, "valid", document.File), null) : await Put(client, document, draft, cancel);
            if (one is null) return Printing.Fail($"{document.File}, {document.Kind}/{document.Name}: {error}");
            applied.Add(one);
            if (!json) Console.WriteLine($"{one.Kind}/{one.Name}: {(one.Version is { } version ? $"version {version} " : "")}{one.Outcome}");
        }
        if (json) Printing.Json(applied);
        return 0;
    }

    private static async Task<string?> Objection(HttpClient client, Document document, List<Document> all, CancellationToken cancel)
    {
        var request = new JsonObject { ["kind"] = document.Kind, ["body"] = document.Draft["body"]!.DeepClone() };
        if (document.Kind != "program") request["beside"] = new JsonArray([.. all.Where(d => d.Kind == "program").Select(Beside)]);
        using var answer = await client.PostAsJsonAsync("v1/definitions/validations", request, DankeJson.Options, cancel);
        if (!answer.IsSuccessStatusCode) return await Printing.Refusal(answer, cancel);
        var problems = (await answer.Content.ReadFromJsonAsync<JsonNode>(cancel))!["problems"]!.AsArray();
        return problems.Count == 0 ? null : string.Concat(problems.Select(p => $"\n  {p!["path"]}: {p["detail"]}"));
    }

    private static JsonNode Beside(Document document) => new JsonObject { ["kind"] = document.Kind, ["name"] = document.Name, ["body"] = document.Draft["body"]!.DeepClone() };

    private static async Task<(Applied? Applied, string? Error)> Put(HttpClient client, Document document, bool draft, CancellationToken cancel)
    {
        var path = $"v1/definitions/{Uri.EscapeDataString(document.Kind)}/{Uri.EscapeDataString(document.Name)}";
        using var kept = await client.PutAsJsonAsync(path, document.Draft, DankeJson.Options, cancel);
        if (!kept.IsSuccessStatusCode) return (null, await Printing.Refusal(kept, cancel));
        var definition = (await kept.Content.ReadFromJsonAsync<JsonNode>(cancel))!;
        var version = definition["version"]!.GetValue<long>();
        if (definition["state"]!.GetValue<string>() == "live" || draft && kept.StatusCode == System.Net.HttpStatusCode.OK)
            return (new Applied(document.Kind, document.Name, version, "unchanged", document.File), null);
        if (draft) return (new Applied(document.Kind, document.Name, version, "drafted", document.File), null);
        using var published = await client.PostAsync($"{path}/versions/{version}/publication", null, cancel);
        return published.IsSuccessStatusCode
            ? (new Applied(document.Kind, document.Name, version, "published", document.File), null)
            : (null, await Printing.Refusal(published, cancel));
    }
}
