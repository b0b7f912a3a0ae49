using System.CommandLine;
using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.Platform.Json;

namespace Danke.App.Cli;

/// <summary><c>danke insight rebuild</c>: makes Insight anew from the Books; reports keep showing the old one until it is done.</summary>
internal static class InsightVerb
{
    public static Command Create()
    {
        var rebuild = new Command("rebuild", "Make Insight anew from the Books. Reports keep working meanwhile.") { CommonOptions.Json };
        rebuild.SetAction(async (given, cancel) =>
        {
            await using var session = await ServerSession.Open(given.Settings(), cancel);
            using var answer = await session.Client.PostAsync("v1/insight/rebuilds", null, cancel);
            if (!answer.IsSuccessStatusCode) return Printing.Fail(await Printing.Refusal(answer, cancel));
            var done = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel))!;
            if (given.GetValue(CommonOptions.Json)) Console.WriteLine(done.ToJsonString(DankeJson.Options));
            else Console.WriteLine($"Insight was made anew: {done["rows"]} rows in {done["tables"]} tables, {done["seconds"]} s.");
            return 0;
        });
        return new Command("insight", "Insight, the columns that reports are counted from.") { rebuild };
    }
}
