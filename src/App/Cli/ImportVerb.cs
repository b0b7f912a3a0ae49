using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.Platform.Json;
using Spectre.Console;

namespace Danke.App.Cli;

/// <summary><c>danke import FILE --mapping FILE</c>: hands a file in, runs it through a mapping and waits for the end.</summary>
internal static class ImportVerb
{
    private static readonly TimeSpan AsksEvery = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "CSV, TSV, space-separated text, NDJSON or XLSX; gz or not." };
        var mapping = new Option<FileInfo?>("--mapping") { HelpName = "FILE", Description = "How rows become events (YAML or JSON; see samples/mappings). Not needed for NDJSON of events." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Read and check the whole file, change nothing." };
        var propose = new Option<bool>("--propose") { Description = "Print a mapping proposed from the file's columns, change nothing." };
        var verb = new Command("import", "Import a file. Safe to run twice, and again after it was stopped: what is in already stays as it is.") { file, mapping, dryRun, propose, CommonOptions.Json };
        verb.SetAction(async (given, cancel) =>
        {
            var path = given.GetRequiredValue(file);
            if (!path.Exists) return Failed($"There is no file {path.FullName}.", 2);
            if (given.GetValue(mapping) is { Exists: false } missing) return Failed($"There is no mapping {missing.FullName}.", 2);
            await using var session = await ServerSession.Open(given.Settings(), cancel);
            var run = new Run(session.Client, given.GetValue(CommonOptions.Json));
            return given.GetValue(propose) ? await run.Propose(path, cancel) : await run.Import(path, given.GetValue(mapping), given.GetValue(dryRun), cancel);
        });
        return verb;
    }

    private static int Failed(string message, int code = 1)
    {
        Console.Error.WriteLine($"danke: {message}");
        return code;
    }

    private sealed class Run(HttpClient client, bool json)
    {
        private static readonly JsonSerializerOptions Indented = new(DankeJson.Options) { WriteIndented = true };

        private static bool HasTerminal => !Console.IsErrorRedirected;

        public async Task<int> Import(FileInfo file, FileInfo? mapping, bool dryRun, CancellationToken cancel)
        {
            var upload = await Upload(file, cancel);
            if (upload is null) return 1;
            var request = new JsonObject
            {
                ["upload_id"] = upload["upload_id"]!.GetValue<string>(),
                ["mapping"] = mapping is null ? null : await File.ReadAllTextAsync(mapping.FullName, cancel),
                ["dry_run"] = dryRun,
            };
            if (await Ask(client.PostAsJsonAsync("v1/imports", request, cancel), cancel) is not { } begun) return 1;
            var ended = await Follow(begun["id"]!.GetValue<long>(), cancel);
            if (ended is null) return 1;
            if (json) Console.WriteLine(ended.ToJsonString(Indented));
            else Print(ended);
            return Text(ended, "state") == "done" ? 0 : Failed(Text(ended, "error") is { Length: > 0 } error ? error : $"The import was {Text(ended, "state")}. Run the same again to go on.");
        }

        public async Task<int> Propose(FileInfo file, CancellationToken cancel)
        {
            if (await Upload(file, cancel) is not { } upload) return 1;
            var request = new JsonObject { ["upload_id"] = upload["upload_id"]!.GetValue<string>() };
            if (await Ask(client.PostAsJsonAsync("v1/imports/preview", request, cancel), cancel) is not { } preview) return 1;
            Console.WriteLine(preview["mapping"]!.ToJsonString(Indented));
            return 0;
        }

        private async Task<JsonNode?> Upload(FileInfo file, CancellationToken cancel)
        {
            await using var stream = file.OpenRead();
            using var content = new StreamContent(stream, 1 << 16);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            using var form = new MultipartFormDataContent { { content, "file", file.Name } };
            return await Ask(client.PostAsync("v1/uploads", form, cancel), cancel);
        }

        private static async Task<JsonNode?> Ask(Task<HttpResponseMessage> asking, CancellationToken cancel)
        {
            using var response = await asking;
            var text = await response.Content.ReadAsStringAsync(cancel);
            if (response.IsSuccessStatusCode) return JsonNode.Parse(text);
            Failed(Explained(text) ?? $"The server answered {(int)response.StatusCode}.");
            return null;
        }

        // A problem's detail says what to do; a mapping's problems each have their place.
        private static string? Explained(string text)
        {
            try
            {
                var problem = JsonNode.Parse(text);
                var lines = new StringBuilder(problem?["detail"]?.GetValue<string>());
                if (problem?["problems"] is JsonArray { Count: > 1 } several)
                    foreach (var one in several) lines.Append("\n  ").Append(one?["path"]).Append(": ").Append(one?["detail"]);
                return lines.Length == 0 ? null : lines.ToString();
            }
            catch (JsonException)
            {
                return null;
            }
        }

        private async Task<JsonNode?> Follow(long id, CancellationToken cancel)
        {
            if (json || !HasTerminal) return await FollowQuietly(id, _ => { }, cancel);
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            return await console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async progress =>
                {
                    var task = progress.AddTask("Importing");
                    return await FollowQuietly(id, import =>
                    {
                        task.MaxValue = Math.Max(1, Number(import, "bytes_total"));
                        task.Value = Number(import, "bytes_read");
                        task.Description = $"Importing, {Number(import, "rows_read").ToString("N0", CultureInfo.InvariantCulture)} rows";
                    }, cancel);
                });
        }

        private async Task<JsonNode?> FollowQuietly(long id, Action<JsonNode> show, CancellationToken cancel)
        {
            while (await Ask(client.GetAsync($"v1/imports/{id}", cancel), cancel) is { } import)
            {
                show(import);
                if (Text(import, "state") is "done" or "failed" or "cancelled") return import;
                await Task.Delay(AsksEvery, cancel);
            }
            return null;
        }

        private static void Print(JsonNode import)
        {
            string N(string name) => Number(import, name).ToString("N0", CultureInfo.InvariantCulture);
            Console.WriteLine($"{Text(import, "file")}: {N("rows_read")} rows read{(import["seconds"] is { } seconds ? $" in {seconds.GetValue<double>().ToString("0.0", CultureInfo.InvariantCulture)} s" : "")}");
            Console.WriteLine($"  in events  {N("rows_in_events"),12}    events     {N("events"),12}");
            Console.WriteLine($"  dead       {N("rows_dead"),12}    applied    {N("applied"),12}");
            Console.WriteLine($"  skipped    {N("rows_skipped"),12}    duplicate  {N("duplicate"),12}");
            Console.WriteLine($"                              declined   {N("declined"),12}");
            Console.WriteLine($"                              rejected   {N("rejected"),12}");
            foreach (var problem in import["problems"]?.AsArray() ?? [])
                Console.WriteLine($"  {problem!["code"]}: {problem["count"]}, first in row {problem["examples"]?[0]?["row"]}: {problem["examples"]?[0]?["detail"]}");
        }

        private static string Text(JsonNode node, string name) => node[name]?.ToString() ?? "";

        private static long Number(JsonNode node, string name) => node[name]?.GetValue<long>() ?? 0;
    }
}
