using System.CommandLine;
using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.Platform.Definitions;
using Danke.Platform.Json;

namespace Danke.App.Cli;

/// <summary><c>danke identity rebuild</c>: everybody anew from all links.</summary>
internal static class IdentityRebuildVerb
{
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what would change." };

    private static readonly Option<FileInfo?> Rules = new("--rules") { Description = "Rules to try instead of those in force (YAML or JSON); only with --dry-run." };

    public static Command Create()
    {
        var verb = new Command("rebuild", "Resolve all persons anew by the rules in force, online. --dry-run says first what would change.") { DryRun, Rules, CommonOptions.Json };
        verb.SetAction(async (given, cancel) =>
        {
            var (dry, file) = (given.GetValue(DryRun), given.GetValue(Rules));
            if (file is not null && !dry) return Printing.Fail("--rules can only be tried, with --dry-run. Publish them (danke apply), then rebuild.");
            var body = new JsonObject { ["dry_run"] = dry };
            if (file is not null) body["rules"] = BodyOf(YamlJson.Read(await File.ReadAllTextAsync(file.FullName, cancel)));
            await using var session = await ServerSession.Open(given.Settings(), cancel);
            if (await JobFollower.Run(session.Client, "v1/identity/rebuilds", body, dry ? "Trying" : "Resolving", cancel) is not { } job) return 1;
            if ((string?)job["state"] != "done") return JobFollower.Failed(job);
            var report = job["detail"]!["report"]!;
            if (given.GetValue(CommonOptions.Json)) Console.WriteLine(report.ToJsonString(DankeJson.Options));
            else Tell(report, dry);
            return 0;
        });
        return verb;
    }

    // A definition file as danke apply takes it, or its body alone.
    private static JsonNode? BodyOf(JsonNode? document) => document is JsonObject { } o && o["kind"] is not null ? o["body"]?.DeepClone() : document;

    private static void Tell(JsonNode report, bool dry)
    {
        Console.WriteLine($"{report["identifiers"]} identifiers, {report["links"]} links, {report["seconds"]} s.");
        Console.WriteLine($"{(dry ? "Would change" : "Changed")}: {report["affected"]} persons ({report["merged"]} merged, {report["divided"]} divided, {report["born"]} new); "
            + $"{report["links_dropped"]} links dropped, {report["links_believed"]} believed; {report["profiles_changed"]} profiles.");
        foreach (var sample in report["samples"]!.AsArray())
            Console.WriteLine($"  {sample!["what"]}: person {sample["person_id"]} {sample["name"]}{(sample["into"] is { } into ? $" into {into} {sample["into_name"]}" : "")} {string.Join(", ", sample["rules"]!.AsArray().Select(r => (string?)r))}");
        foreach (var warning in report["warnings"]!.AsArray()) Console.WriteLine($"  Note: {warning}");
    }
}
