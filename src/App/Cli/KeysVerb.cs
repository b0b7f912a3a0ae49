using System.CommandLine;
using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.Platform.Access;
using Danke.Platform.Json;

namespace Danke.App.Cli;

/// <summary><c>danke keys</c>: by which key personal values are sealed, and changing that.</summary>
internal static class KeysVerb
{
    public static Command Create() => new("keys", "The keys that personal values are sealed by.") { Rotate(), Prepare(), Status() };

    private static Command Rotate()
    {
        var verb = new Command("rotate", "Seal everything anew by a new key, online. Broken off, the same command goes on.") { CommonOptions.Json };
        verb.SetAction(async (given, cancel) =>
        {
            await using var session = await ServerSession.Open(given.Settings(), cancel);
            if (await JobFollower.Run(session.Client, "v1/keys/rotations", [], "Sealing", cancel) is not { } job) return 1;
            if ((string?)job["state"] != "done") return JobFollower.Failed(job);
            if (given.GetValue(CommonOptions.Json)) Console.WriteLine(job.ToJsonString(DankeJson.Options));
            else Console.WriteLine($"{job["done"]} values sealed by key {job["detail"]!["seal"]}. Make a copy of {Vault.FileName} now: backups from before need its older lines.");
            return 0;
        });
        return verb;
    }

    private static Command Prepare()
    {
        var verb = new Command("prepare", "With several nodes: put a new key into this node's key file, to be copied to the others before 'keys rotate'.");
        verb.SetAction(given =>
        {
            var settings = given.Settings();
            using var vault = Vault.Find(settings.Data, Environment.GetEnvironmentVariable);
            if (vault?.File is null) return Printing.Fail($"There is no {Vault.FileName} in {settings.Data}: a key in {Vault.EnvironmentName} is added to there.");
            Console.WriteLine($"Key {vault.AddSeal()} is in {vault.File}. Copy the file to every node, then: danke keys rotate");
            return 0;
        });
        return verb;
    }

    private static Command Status()
    {
        var verb = new Command("status", "Which key is in use.");
        verb.SetAction(async (given, cancel) =>
        {
            await using var session = await ServerSession.Open(given.Settings(), cancel);
            var keys = JsonNode.Parse(await session.Client.GetStringAsync("v1/keys", cancel))!;
            Console.WriteLine($"Data key {keys["fingerprint"]}; values are sealed by key {keys["in_use"]}{((int)keys["everything"]! < (int)keys["in_use"]! ? ", not all of them yet: danke keys rotate" : "")}.");
            return 0;
        });
        return verb;
    }
}
