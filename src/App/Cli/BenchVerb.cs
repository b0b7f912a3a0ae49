using System.CommandLine;
using System.Text.Json;
using Danke.App.Bench;
using Danke.Platform.Settings;

namespace Danke.App.Cli;

/// <summary><c>danke bench NAME</c>: measures, beside the physical limit of the same machine in the same run.</summary>
internal static class BenchVerb
{
    private static readonly Option<int> Events = new("--events") { Description = "How many events (orders, redemptions) are timed.", DefaultValueFactory = _ => 200_000 };
    private static readonly Option<int> Buyers = new("--buyers") { Description = "How many members they are of.", DefaultValueFactory = _ => 50_000 };

    private static readonly JsonSerializerOptions Printed = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var verb = new Command("bench", "Measure this machine: what Danke does beside what the database could do without it.");
        verb.Add(Measure("intake", "Order events over HTTP, beside the same rows written raw.", IntakeBench.Run));
        verb.Add(Measure("door", "Events through the Door within one process (for profiling).", DoorBench.Run));
        verb.Add(Measure("redeem", "Redemptions over HTTP, one each, by 64 connections, beside pgbench with hand-written SQL.", RedeemBench.Run));
        verb.Add(Identity());
        verb.Add(Linking());
        verb.Add(Expiry());
        verb.Add(Simulate());
        return verb;
    }

    private static readonly Option<int> Identifiers = new("--identifiers") { Description = "How many identifiers.", DefaultValueFactory = _ => 10_000_000 };
    private static readonly Option<int> Links = new("--links") { Description = "How many links between them.", DefaultValueFactory = _ => 16_000_000 };

    private static Command Identity()
    {
        var verb = new Command("identity", "Everybody resolved anew from all links, in memory, beside a bare union-find over the same links.") { Identifiers, Links };
        verb.SetAction(given => Print(IdentityBench.Run(given.GetValue(Identifiers), given.GetValue(Links))));
        return verb;
    }

    private static readonly Option<int> Persons = new("--persons") { Description = "How many persons the fuller Books have.", DefaultValueFactory = _ => 5_000_000 };
    private static readonly Option<int> Sightings = new("--events") { Description = "How many sightings are timed on either.", DefaultValueFactory = _ => 100_000 };

    private static Command Linking()
    {
        var verb = new Command("linking", "Sightings of persons over HTTP, on empty Books and on Books with millions of persons.") { Persons, Sightings };
        verb.SetAction(async (given, cancel) =>
        {
            using var scratch = new BenchData();
            var result = await LinkingBench.Run(scratch.Settings(given.Settings()), given.GetValue(Persons), given.GetValue(Sightings), cancel);
            Print(result);
            return 0;
        });
        return verb;
    }

    private static readonly Option<int> Lots = new("--lots") { Description = "How many lots of points end.", DefaultValueFactory = _ => 1_000_000 };

    private static Command Expiry()
    {
        var verb = new Command("expiry", "A night in which every lot of points ends, beside a bare UPDATE of the same rows.") { Lots };
        verb.SetAction(async (given, cancel) =>
        {
            using var scratch = new BenchData();
            Print(await ExpiryBench.Run(scratch.Settings(given.Settings()), given.GetValue(Lots), cancel));
            return 0;
        });
        return verb;
    }

    private static void Print(object result) => Console.WriteLine(JsonSerializer.Serialize(result, Printed));

    private static readonly Option<int> Members = new("--members") { Description = "How many members the brand has.", DefaultValueFactory = _ => 50_000 };
    private static readonly Option<int> Months = new("--months") { Description = "How long its history is.", DefaultValueFactory = _ => 24 };
    private static readonly Option<string> Live = new("--live") { HelpName = "FILE", Description = "The program in force.", DefaultValueFactory = _ => "samples/programs/demo.yaml" };
    private static readonly Option<string> Changed = new("--changed") { HelpName = "FILE", Description = "The changed one.", DefaultValueFactory = _ => "samples/programs/member-day.yaml" };

    private static Command Simulate()
    {
        var verb = new Command("simulate", "A changed program replayed over a generated brand's history, beside the bare reading of the same orders.") { Members, Months, Live, Changed };
        verb.SetAction(async (given, cancel) =>
        {
            using var scratch = new BenchData();
            var result = await SimulateBench.Run(scratch.Settings(given.Settings()), given.GetValue(Members), given.GetValue(Months), given.GetValue(Live)!, given.GetValue(Changed)!, cancel);
            Print(result);
            return 0;
        });
        return verb;
    }

    private static Command Measure(string name, string description, Func<DankeSettings, int, int, CancellationToken, Task<object>> run)
    {
        var verb = new Command(name, description) { Events, Buyers };
        verb.SetAction(async (given, cancel) =>
        {
            using var scratch = new BenchData();
            var settings = scratch.Settings(given.Settings());
            var result = await run(settings, given.GetValue(Events), given.GetValue(Buyers), cancel);
            Print(result);
            return 0;
        });
        return verb;
    }
}
