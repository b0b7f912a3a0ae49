using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.Platform.Json;

namespace Danke.App.Cli;

/// <summary><c>danke loyalty adjust</c>: points given to or taken from a list of members, or an audience; looked at first.</summary>
internal static class LoyaltyAdjustVerb
{
    private static readonly Option<FileInfo?> File = new("--file") { HelpName = "FILE", Description = "CSV or NDJSON: person_id, card, phone, or namespace and value; points; reason, expires_at, key." };
    private static readonly Option<string?> Audience = new("--audience") { HelpName = "NAME", Description = "Everybody in an audience, with --points." };
    private static readonly Option<long?> Points = new("--points") { HelpName = "N", Description = "With --audience: for each; negative takes." };
    private static readonly Option<string> Reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "Shown to the members whose lines bring none." };
    private static readonly Option<bool> Apply = new("--apply") { Description = "In earnest. Without it: only what would be." };

    public static Command Create()
    {
        var verb = new Command("adjust", "Give points to or take them from many. A dry run unless --apply is given.") { File, Audience, Points, Reason, Apply, CommonOptions.Json };
        verb.SetAction(async (given, cancel) =>
        {
            var (file, audience) = (given.GetValue(File), given.GetValue(Audience));
            if (file is null == audience is null) return Printing.Fail("Give either --file or --audience.", 2);
            if (file is { Exists: false }) return Printing.Fail($"There is no file '{file}'.", 2);
            await using var session = await ServerSession.Open(given.Settings(), cancel);
            var query = string.Create(CultureInfo.InvariantCulture, $"reason={Uri.EscapeDataString(given.GetValue(Reason)!)}&dry_run={(given.GetValue(Apply) ? "false" : "true")}")
                + (audience is null ? "" : string.Create(CultureInfo.InvariantCulture, $"&audience={Uri.EscapeDataString(audience)}&points={given.GetValue(Points)}"));
            using var content = new StringContent(file is null ? "" : await System.IO.File.ReadAllTextAsync(file.FullName, cancel), Encoding.UTF8);
            content.Headers.ContentType = new MediaTypeHeaderValue(file?.Extension is ".ndjson" or ".jsonl" or ".json" ? "application/x-ndjson" : "text/csv");
            using var answer = await session.Client.PostAsync($"v1/loyalty/bulk-adjustments?{query}", content, cancel);
            if (!answer.IsSuccessStatusCode) return Printing.Fail(await Printing.Refusal(answer, cancel));
            var begun = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel))!;
            if (await JobFollower.Watch(session.Client, begun["job_id"]!.GetValue<long>(), "Adjusting", cancel) is var job && (string?)job["state"] != "done") return JobFollower.Failed(job);
            var bulk = JsonNode.Parse(await session.Client.GetStringAsync(string.Create(CultureInfo.InvariantCulture, $"v1/loyalty/bulk-adjustments/{begun["bulk_id"]!.GetValue<long>()}"), cancel))!;
            if (given.GetValue(CommonOptions.Json)) Console.WriteLine(bulk.ToJsonString(DankeJson.Options));
            else Tell(bulk, Console.Out);
            return 0;
        });
        return verb;
    }

    private static void Tell(JsonNode bulk, TextWriter to)
    {
        to.WriteLine($"Bulk adjustment {bulk["bulk_id"]}: {bulk["state"]}. {bulk["lines"]} lines, {bulk["points_given"]} points given, {bulk["points_taken"]} taken.");
        foreach (var outcome in bulk["outcomes"]!.AsArray()) to.WriteLine($"  {outcome!["outcome"]}{(outcome["code"] is { } code ? $" ({code})" : "")}: {outcome["lines"]} lines");
        if ((string?)bulk["state"] == "awaiting") to.WriteLine("It is beyond the program's limit: a second person approves it in the console.");
        if ((string?)bulk["state"] == "checked") to.WriteLine("Nothing was changed. Run it again with --apply.");
    }
}
