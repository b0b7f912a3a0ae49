using System.CommandLine;
using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.Platform.Json;

namespace Danke.App.Cli;

/// <summary><c>danke identity suspects</c>: which persons may be one although no identifier says so.</summary>
internal static class IdentitySuspectsVerb
{
    public static Command Create()
    {
        var changed = new Option<bool>("--changed") { Description = "Only who changed since the last run, by what that run learnt." };
        var verb = new Command("suspects", "Compare all persons without common identifiers: who may be one waits in the console (Members, Review); who surely is one is linked if the rules say so.")
        {
            CommonOptions.Json, changed,
        };
        verb.SetAction(async (given, cancel) =>
        {
            await using var session = await ServerSession.Open(given.Settings(), cancel);
            if (await JobFollower.Run(session.Client, "v1/identity/matchings", new JsonObject { ["changed_only"] = given.GetValue(changed) }, "Comparing", cancel) is not { } job) return 1;
            if ((string?)job["state"] != "done") return JobFollower.Failed(job);
            var found = job["detail"]!;
            if (given.GetValue(CommonOptions.Json)) Console.WriteLine(found.ToJsonString(DankeJson.Options));
            else Console.WriteLine($"{found["persons"]} persons, {(found["changed"] is { } some ? $"{some} of them changed" : $"{found["pairs_compared"]} pairs compared")}: {found["linked"]} linked, {found["waiting"]} for somebody to look at, {found["forgotten"]} no longer alike.");
            return 0;
        });
        return verb;
    }
}
