using System.CommandLine;
using Danke.App.Hosting;
using Danke.Platform.Json;

namespace Danke.App.Cli;

/// <summary><c>danke identity suspects</c>: which persons may be one although no identifier says so.</summary>
internal static class IdentitySuspectsVerb
{
    public static Command Create()
    {
        var verb = new Command("suspects", "Compare all persons without common identifiers: who may be one waits in the console (Members, Review); who surely is one is linked if the rules say so.")
        {
            CommonOptions.Json,
        };
        verb.SetAction(async (given, cancel) =>
        {
            await using var session = await ServerSession.Open(given.Settings(), cancel);
            if (await JobFollower.Run(session.Client, "v1/identity/matchings", [], "Comparing", cancel) is not { } job) return 1;
            if ((string?)job["state"] != "done") return JobFollower.Failed(job);
            var found = job["detail"]!;
            if (given.GetValue(CommonOptions.Json)) Console.WriteLine(found.ToJsonString(DankeJson.Options));
            else Console.WriteLine($"{found["persons"]} persons, {found["pairs_compared"]} pairs compared: {found["linked"]} linked, {found["waiting"]} for somebody to look at, {found["forgotten"]} no longer alike.");
            return 0;
        });
        return verb;
    }
}
