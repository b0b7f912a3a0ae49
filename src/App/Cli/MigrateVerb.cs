using System.CommandLine;
using Danke.App.Hosting;
using Danke.Platform.Books;
using Danke.Platform.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Danke.App.Cli;

/// <summary><c>danke migrate</c>: brings the Books' tables up to date. A server does so too when it starts.</summary>
internal static class MigrateVerb
{
    private sealed record Step(string Module, int Number, string Name);

    private sealed record Outcome(string Books, bool DryRun, IReadOnlyList<Step> Steps);

    public static Command Create()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be applied, change nothing." };
        var verb = new Command("migrate", "Bring the tables of the Books up to date, forward only. A server does this at its start too.") { dryRun, CommonOptions.Json };
        verb.SetAction((given, cancel) => Run(given.Settings(), given.GetValue(dryRun), given.GetValue(CommonOptions.Json), cancel));
        return verb;
    }

    private static async Task<int> Run(DankeSettings settings, bool dryRun, bool json, CancellationToken cancel)
    {
        await using var books = BooksStore.FromSetting(settings.Books);
        var all = BooksStart.AllMigrations(ModuleList.All).ToList();
        var steps = dryRun
            ? await BooksStart.Pending(books, all, cancel)
            : await Migrations.Apply(books, all, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), NullLogger.Instance, cancel);
        if (json) Printing.Json(new Outcome(books.Label, dryRun, [.. steps.Select(s => new Step(s.Module, s.Number, s.Name))]));
        else Print(books.Label, steps, dryRun);
        return 0;
    }

    private static void Print(string label, IReadOnlyList<Migration> steps, bool dryRun)
    {
        foreach (var step in steps) Console.WriteLine($"{(dryRun ? "would apply" : "applied")} {step.Module}/{step.Number:0000}_{step.Name}");
        Console.WriteLine(steps.Count == 0 ? $"{label} is up to date." : $"{label}: {steps.Count} migration{(steps.Count == 1 ? "" : "s")} {(dryRun ? "to apply" : "applied")}.");
    }
}
