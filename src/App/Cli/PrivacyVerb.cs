using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.Platform.Json;

namespace Danke.App.Cli;

/// <summary><c>danke privacy</c>: what persons ask for by law, from the terminal: registered, done and waited for; and what goes with time.</summary>
internal static class PrivacyVerb
{
    private static readonly Argument<string> Person = new("person") { Description = "A person's number, or an identifier as phone:13800138000 or namespace@scope:value." };
    private static readonly Option<string?> Confirm = new("--confirm") { Description = "The person's number once more: it cannot be undone." };
    private static readonly Option<DirectoryInfo?> Into = new("--out") { Description = "Where person-NUMBER.json and .html are written." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only count what would go." };
    private static readonly Option<string> Language = new("--lang") { Description = "Of the readable page: zh or en.", DefaultValueFactory = _ => "zh" };

    public static Command Create() => new("privacy", "What persons ask for by law: to be told, erased, made anonymous.")
    {
        Erasing("erase", "Erase a person: identity and content go, the accounts keep sums that point to nobody."),
        Erasing("anonymise", "Make a person anonymous: as erase, and the year of birth, gender and city stay."),
        Export(),
        Retention(),
    };

    private static Command Retention()
    {
        var verb = new Command("retention", "Remove what is older than the settings keep it; the server does so every night. --dry-run only counts.") { DryRun, CommonOptions.Json };
        verb.SetAction(async (given, cancel) =>
        {
            var dry = given.GetValue(DryRun);
            await using var session = await ServerSession.Open(given.Settings(), cancel);
            if (await JobFollower.Run(session.Client, "v1/privacy/retention/runs", new JsonObject { ["dry_run"] = dry }, dry ? "Counting" : "Removing", cancel) is not { } job) return 1;
            if ((string?)job["state"] != "done") return JobFollower.Failed(job);
            var kinds = JsonNode.Parse(await session.Client.GetStringAsync("v1/privacy/retention", cancel))!["items"]!.AsArray();
            var rows = job["detail"]!["rows"]!.AsObject();
            if (given.GetValue(CommonOptions.Json)) Console.WriteLine(job["detail"]!.ToJsonString(DankeJson.Options));
            else
                foreach (var kind in kinds)
                    Console.WriteLine($"  {kind!["name"],-18} {(kind["days"] is { } days ? $"{days} days" : "for ever"),-12} {(rows[(string)kind["name"]!] is { } count ? $"{count} {(dry ? "would go" : "gone")}" : "")}");
            return 0;
        });
        return verb;
    }

    private static Command Erasing(string kind, string says)
    {
        var verb = new Command(kind, says) { Person, Confirm, CommonOptions.Json };
        verb.SetAction((given, cancel) => Do(given, kind, given.GetValue(Confirm), cancel));
        return verb;
    }

    private static Command Export()
    {
        var verb = new Command("export", "Write down all that is kept of a person.") { Person, Into, Language, CommonOptions.Json };
        verb.SetAction((given, cancel) => Do(given, "export", null, cancel));
        return verb;
    }

    private static async Task<int> Do(ParseResult given, string kind, string? confirm, CancellationToken cancel)
    {
        var who = given.GetValue(Person)!;
        var body = new JsonObject { ["kind"] = kind, ["note"] = "danke privacy" };
        if (long.TryParse(who, CultureInfo.InvariantCulture, out var number)) body["person_id"] = number;
        else body["identifier"] = who;
        await using var session = await ServerSession.Open(given.Settings(), cancel);
        using var made = await session.Client.PostAsJsonAsync("v1/privacy/requests", body, cancel);
        if (!made.IsSuccessStatusCode) return Printing.Fail(await Printing.Refusal(made, cancel));
        var request = JsonNode.Parse(await made.Content.ReadAsStringAsync(cancel))!;
        var id = request["request_id"]!.GetValue<long>();
        using var begun = await session.Client.PostAsJsonAsync($"v1/privacy/requests/{id}/start", new JsonObject { ["confirm"] = confirm }, cancel);
        if (!begun.IsSuccessStatusCode)
        {
            var why = await Printing.Refusal(begun, cancel);
            (await session.Client.PostAsync($"v1/privacy/requests/{id}/withdrawal", null, cancel)).Dispose();
            return Printing.Fail(confirm is null && kind != "export" ? $"{why} Here: --confirm {request["person_id"]}" : why);
        }
        var done = await Ended(session, id, cancel);
        if (done["state"]!.GetValue<string>() != "done") return Printing.Fail($"Request {id} is not finished: {done["error"]} Go on with it in the console, or POST /v1/privacy/requests/{id}/start.");
        if (given.GetValue(CommonOptions.Json)) Console.WriteLine(done.ToJsonString(DankeJson.Options));
        else Tell(done);
        return kind == "export" && given.GetValue(Into) is { } folder ? await Fetch(session, done, folder, given.GetValue(Language)!, cancel) : 0;
    }

    private static async Task<JsonNode> Ended(ServerSession session, long id, CancellationToken cancel)
    {
        while (true)
        {
            var view = JsonNode.Parse(await session.Client.GetStringAsync($"v1/privacy/requests/{id}", cancel))!;
            if (view["state"]!.GetValue<string>() != "running") return view;
            await Task.Delay(200, cancel);
        }
    }

    private static void Tell(JsonNode done)
    {
        Console.WriteLine($"Request {done["request_id"]} ({done["kind"]}, person {done["person_id"]}) is done.");
        foreach (var step in done["steps"]!.AsArray()) Console.WriteLine($"  {step!["name"],-16} {step["count"]}");
    }

    private static async Task<int> Fetch(ServerSession session, JsonNode done, DirectoryInfo folder, string language, CancellationToken cancel)
    {
        folder.Create();
        foreach (var (path, ending) in new[] { ("document", "json"), ($"document.html?lang={Uri.EscapeDataString(language)}", "html") })
        {
            var file = Path.Combine(folder.FullName, $"person-{done["person_id"]}.{ending}");
            await File.WriteAllBytesAsync(file, await session.Client.GetByteArrayAsync($"v1/privacy/requests/{done["request_id"]}/{path}", cancel), cancel);
            Console.WriteLine(file);
        }
        return 0;
    }
}
