using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Danke.App.Hosting;
using Danke.Contracts.Commands;
using Danke.Demo;
using Danke.Engines.Demo;
using Danke.Platform.Json;
using Danke.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;
using Command = System.CommandLine.Command;

namespace Danke.App.Cli;

/// <summary><c>danke generate</c>: the history of an invented brand, as NDJSON or straight into the system.</summary>
internal static class GenerateVerb
{
    private static readonly Option<int> Members = new("--members") { Description = "How many persons join.", HelpName = "N", DefaultValueFactory = _ => 20_000 };
    private static readonly Option<int> Months = new("--months") { Description = "How long the history is.", HelpName = "M", DefaultValueFactory = _ => 24 };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Another seed is another history; the same is the same, byte for byte.", HelpName = "S", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> From = new("--from") { Description = "The first day, e.g. 2024-01-01 (which is the default; into the system: so that it ends yesterday).", HelpName = "DATE" };
    private static readonly Option<double> Disorder = new("--disorder") { Description = "The share of events that come late or twice.", HelpName = "SHARE", DefaultValueFactory = _ => DemoPlan.DefaultDisorder };
    private static readonly Option<string?> Out = new("--out") { Description = "Where the NDJSON goes; - is standard output, and the default.", HelpName = "FILE" };
    private static readonly Option<bool> IntoSystem = new("--into-system") { Description = "Apply the events instead of printing them. Safe to do again." };

    public static Command Create()
    {
        var verb = new Command("generate", "Make the history of an invented brand: joins, orders, refunds, visits, consents. Deterministic.")
        {
            Members, Months, Seed, From, Disorder, Out, IntoSystem, CommonOptions.Json,
            GenerateCustomersVerb.Create(),
        };
        verb.SetAction((given, cancel) => Run(given, cancel));
        return verb;
    }

    private static async Task<int> Run(ParseResult given, CancellationToken cancel)
    {
        var plan = PlanOf(given);
        if (Fault(given, plan) is { } fault)
        {
            Console.Error.WriteLine($"danke generate: {fault}.");
            return 2;
        }
        if (given.GetValue(IntoSystem)) return await Load(plan!, given.Settings(), given.GetValue(CommonOptions.Json), cancel);
        return given.GetValue(Out) is { } file and not "-" ? await WriteFile(plan!, file, cancel) : await WritePipe(plan!, cancel);
    }

    /// <summary>Null when the first day is no date.</summary>
    private static DemoPlan? PlanOf(ParseResult given)
    {
        var plan = new DemoPlan { Members = given.GetValue(Members), Months = given.GetValue(Months), Seed = given.GetValue(Seed), Disorder = given.GetValue(Disorder) };
        if (given.GetValue(From) is { } date) return LocalDatePattern.Iso.Parse(date) is { Success: true, Value: var from } ? plan with { From = from } : null;
        return given.GetValue(IntoSystem) && plan.Fault() is null ? plan with { From = Today().PlusMonths(-plan.Months) } : plan;
    }

    private static string? Fault(ParseResult given, DemoPlan? plan) =>
        plan is null ? $"--from: '{given.GetValue(From)}' is no date such as 2024-01-01"
        : given.GetResult(Out) is not null && given.GetValue(IntoSystem) ? "--out and --into-system exclude each other"
        : plan.Fault() ?? (given.GetValue(IntoSystem) ? TooLate(plan) : null);

    // The Door takes no events of the future.
    private static string? TooLate(DemoPlan plan) => plan.Until > Today()
        ? $"the history would end on {LocalDatePattern.Iso.Format(plan.Until.PlusDays(-1))}, which has not been yet: give an earlier --from or fewer --months"
        : null;

    private static LocalDate Today() =>
        Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()).InZone(DateTimeZoneProviders.Tzdb[DemoBrand.Zone]).Date;

    private static async Task<int> WriteFile(DemoPlan plan, string file, CancellationToken cancel)
    {
        // Whoever finds the file finds all of it.
        var unfinished = file + ".part";
        long events;
        await using (var to = File.Create(unfinished))
            events = await ProgressBar.Run("Generating", progress => DemoNdjson.Write(plan, to, progress, cancel));
        File.Move(unfinished, file, overwrite: true);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{events:N0} events in {file}"));
        return 0;
    }

    private static async Task<int> WritePipe(DemoPlan plan, CancellationToken cancel)
    {
        await using var to = Console.OpenStandardOutput();
        try
        {
            await DemoNdjson.Write(plan, to, null, cancel);
        }
        catch (IOException)
        {
            // The reader has seen enough: danke generate | head.
        }
        return 0;
    }

    private static async Task<int> Load(DemoPlan plan, DankeSettings settings, bool asJson, CancellationToken cancel)
    {
        await using var session = await ServerSession.Open(settings, cancel);
        var door = session.Services?.GetRequiredService<IDoor>() ?? new RemoteDoor(session.Client);
        var load = await ProgressBar.Run("Generating and applying", progress => DemoLoader.Load(door, plan, progress, cancel));
        Console.WriteLine(asJson ? JsonSerializer.Serialize(load, DankeJson.Options) : Text(load));
        return 0;
    }

    private static string Text(DemoLoad load)
    {
        var first = string.Create(CultureInfo.InvariantCulture,
            $"{load.Events:N0} events: {load.Applied:N0} applied, {load.Duplicate:N0} known before, {load.Declined:N0} declined, {load.Rejected:N0} rejected");
        return string.Join(Environment.NewLine, load.Refusals.Select(r => string.Create(CultureInfo.InvariantCulture, $"  {r.Code}: {r.Count:N0}, e.g. {r.Example}")).Prepend(first));
    }
}
