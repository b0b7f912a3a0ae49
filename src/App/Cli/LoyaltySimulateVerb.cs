using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.Platform.Definitions;
using Danke.Platform.Json;

namespace Danke.App.Cli;

/// <summary><c>danke loyalty simulate</c>: what a changed program would have done to the brand's history.</summary>
internal static class LoyaltySimulateVerb
{
    private static readonly Option<string> Program = new("--program") { HelpName = "FILE|draft", Required = true, Description = "A program's file (YAML or JSON), or draft: the newest version that is kept." };
    private static readonly Option<string?> Name = new("--name") { HelpName = "NAME", Description = "With --program draft: which program (default: default)." };
    private static readonly Option<string> Sample = new("--sample") { HelpName = "SHARE", Description = "Of the members, e.g. 10%.", DefaultValueFactory = _ => "100%" };
    private static readonly Option<long> Seed = new("--seed") { HelpName = "N", Description = "Another seed takes other members.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Months = new("--months") { HelpName = "M", Description = "How many months are told.", DefaultValueFactory = _ => 24 };
    private static readonly Option<long?> Value = new("--value") { HelpName = "MINOR", Description = "What a thousand points are worth, in minor units of the currency (default: as the program says)." };

    public static Command Create()
    {
        var verb = new Command("simulate", "Replay history under a changed program and under the live one, and compare. Changes nothing.") { Program, Name, Sample, Seed, Months, Value, CommonOptions.Json };
        verb.SetAction(async (given, cancel) =>
        {
            if (Percent(given.GetValue(Sample)!) is not { } percent) return Printing.Fail($"--sample takes a share such as 10%, not '{given.GetValue(Sample)}'.", 2);
            var body = new JsonObject { ["sample_percent"] = percent, ["seed"] = given.GetValue(Seed), ["months"] = given.GetValue(Months), ["value_minor_per_1000"] = given.GetValue(Value) };
            if (given.GetValue(Program) is not "draft" and var file)
            {
                if (!File.Exists(file)) return Printing.Fail($"There is no file '{file}'. Give a program's file, or draft.", 2);
                body["document"] = BodyOf(YamlJson.Read(await File.ReadAllTextAsync(file!, cancel)));
            }
            else body["program"] = given.GetValue(Name) ?? "default";
            await using var session = await ServerSession.Open(given.Settings(), cancel);
            if (await JobFollower.Run(session.Client, "v1/loyalty/simulations", body, "Replaying", cancel, "simulation_id") is not { } job) return 1;
            if ((string?)job["state"] != "done") return JobFollower.Failed(job);
            var id = job["job_id"]!.GetValue<long>();
            var report = JsonNode.Parse(await session.Client.GetStringAsync(string.Create(CultureInfo.InvariantCulture, $"v1/loyalty/simulations/{id}"), cancel))!["report"]!;
            if (given.GetValue(CommonOptions.Json)) Console.WriteLine(report.ToJsonString(DankeJson.Options));
            else Tell(report, Console.Out);
            return 0;
        });
        return verb;
    }

    private static double? Percent(string text) =>
        double.TryParse(text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 100 ? percent : null;

    // A definition file as danke apply takes it, or its body alone.
    private static JsonNode? BodyOf(JsonNode? document) => document is JsonObject { } o && o["kind"] is not null ? o["body"]?.DeepClone() : document;

    private static void Tell(JsonNode report, TextWriter to)
    {
        to.WriteLine($"{report["persons"]:N0} members ({report["share"]} %), {report["orders"]} orders, {report["seconds"]} s. Program {report["program"]}: live v{report["live_version"]} beside {(report["draft_version"] is { } v ? $"v{v}" : "the document")}.");
        to.WriteLine($"{"since " + report["from"],-20}{"live",16}{"changed",16}{"difference",16}");
        TellSides(report["live"], report["draft"], to);
        var people = report["people"]!;
        to.WriteLine($"{people["gain"]} members win, {people["lose"]} lose, {people["same"]} stay as they are; {people["tier_up"]} in a higher tier, {people["tier_down"]} in a lower one.");
        TellPeople(people, to);
        TellActual(report["actual"]!, to);
        foreach (var type in report["types"]?.AsArray() ?? [])
        {
            to.WriteLine();
            to.WriteLine($"{type!["title"]} ({type["point_type"]}){(type["live"] is null ? ": new in the changed program" : type["draft"] is null ? ": gone in the changed program" : "")}");
            TellSides(type["live"], type["draft"], to);
            to.WriteLine($"{type["people"]!["gain"]} members win, {type["people"]!["lose"]} lose, {type["people"]!["same"]} stay as they are.");
            TellPeople(type["people"]!, to);
            if (type["actual"] is { } actual) TellActual(actual, to);
        }
    }

    private static void TellSides(JsonNode? live, JsonNode? draft, TextWriter to)
    {
        foreach (var (field, words) in Lines)
            if ((live ?? draft)![field] is JsonValue && ((long?)live?[field] ?? 0) is var before && ((long?)draft?[field] ?? 0) is var after)
                to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{words,-20}{before,16:N0}{after,16:N0}{after - before,16:+#,0;-#,0;0}"));
    }

    private static void TellPeople(JsonNode people, TextWriter to)
    {
        foreach (var (list, words) in new[] { ("winners", "Win most"), ("losers", "Lose most") })
            foreach (var person in people[list]!.AsArray().Take(5))
                to.WriteLine($"  {words}: person {person!["person_id"]}: {person["before"]} -> {person["after"]} points, {person["tier_before"]} -> {person["tier_after"]}");
    }

    private static void TellActual(JsonNode actual, TextWriter to) =>
        to.WriteLine($"The live program replayed agrees with what {actual["same"]} of {actual["members"]} members have ({actual["differ"]} differ, {actual["with_otherwise"]} of them with entries by hand).");

    private static readonly (string Field, string Words)[] Lines =
    [
        ("members", "Members"), ("issued", "Points issued"), ("taken_back", "Taken back"), ("spent", "Spent"), ("expired", "Expired"), ("otherwise", "Otherwise"), ("borne", "Borne"), ("unpaid", "Could not be spent"),
        ("liability", "Owed at the end"), ("liability_minor", "Worth (minor)"), ("cost_minor", "Cost (minor)"),
    ];
}
