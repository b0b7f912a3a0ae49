using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Danke.App.Hosting;
using Danke.Platform.Access;
using Danke.Platform.Audits;
using Danke.Platform.Books;
using Danke.Platform.Json;
using Danke.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.App.Cli;

/// <summary>
/// <c>danke audit</c>: recomputes what is stored twice and says where it differs. Through the server that holds the data directory,
/// or on the Books directly: then nothing else runs, and nothing is written.
/// </summary>
internal static class AuditVerb
{
    private static readonly JsonSerializerOptions Indented = new(DankeJson.Options) { WriteIndented = true };

    public static Command Create()
    {
        var verb = new Command("audit", "Recompute balances, totals and references and compare them with what is stored. Exits 1 when something differs.") { CommonOptions.Json };
        verb.SetAction(async (given, cancel) =>
        {
            var json = given.GetValue(CommonOptions.Json);
            var settings = given.Settings();
            var report = await RunningServer.Find(settings, cancel) is { } running ? await Through(running, json, cancel) : await Directly(settings, json, cancel);
            if (json) Console.WriteLine(JsonSerializer.Serialize(report, Indented));
            else Sum(report);
            return report.Ok ? 0 : 1;
        });
        return verb;
    }

    private static async Task<AuditReport> Through(RunningServer running, bool quiet, CancellationToken cancel)
    {
        using var client = running.Client();
        using var response = await client.PostAsync("v1/audits", null, cancel);
        response.EnsureSuccessStatusCode();
        var report = (await response.Content.ReadFromJsonAsync<AuditReport>(DankeJson.Options, cancel))!;
        if (!quiet)
            foreach (var finding in report.Checks) Tell(finding);
        return report;
    }

    private static async Task<AuditReport> Directly(DankeSettings settings, bool quiet, CancellationToken cancel)
    {
        using var held = ServerLock.Take(settings.Data) ?? throw new StartException("data_in_use", $"Another process has {settings.Data} open. Wait until it has ended.");
        await using var books = BooksStore.FromSetting(settings.Books);
        await NeedsBooks(books, cancel);
        var services = new ServiceCollection().AddAudits();
        foreach (var module in ModuleList.All) module.AddServices(services);
        if (Vault.Find(settings.Data, Environment.GetEnvironmentVariable) is { } vault) services.AddSingleton(_ => vault);
        await using var provider = services.BuildServiceProvider();
        var run = new AuditRun(provider.GetServices<AuditCheck>(), TimeProvider.System);
        return await run.Run(books, quiet ? null : Tell, cancel);
    }

    private static async Task NeedsBooks(BooksStore books, CancellationToken cancel)
    {
        var applied = 0L;
        try
        {
            applied = (await books.Read("select count(*) from schema_migrations", r => r.GetInt64(0), cancel: cancel))[0];
        }
        catch (DbException)
        {
            // No such table or no such file: nothing was applied.
        }
        if (applied < BooksStart.AllMigrations(ModuleList.All).Count())
            throw new StartException("books_not_ready", $"{books.Label} does not have all its tables. Start the server on it once (./danke serve).");
    }

    private static void Tell(AuditFinding finding)
    {
        if (finding.Skipped is { } why)
        {
            Console.WriteLine($"-     {finding.Name,-36} not run: {why}");
            return;
        }
        var seconds = finding.Seconds.ToString("0.00", CultureInfo.InvariantCulture);
        Console.WriteLine($"{(finding.Differences == 0 ? "ok   " : "WRONG")} {finding.Name,-36} {finding.Rows.ToString("#,##0", CultureInfo.InvariantCulture),14} rows {seconds,8} s");
        if (finding.Differences == 0) return;
        Console.WriteLine($"      {finding.Says} It does not hold for {finding.Differences.ToString("#,##0", CultureInfo.InvariantCulture)}:");
        foreach (var difference in finding.First) Console.WriteLine($"      {difference.Id}: expected {difference.Expected}; found {difference.Found}");
        if (finding.Differences > finding.First.Count) Console.WriteLine($"      … and {finding.Differences - finding.First.Count} more");
        Console.WriteLine($"      {finding.Advice}");
    }

    private static void Sum(AuditReport report)
    {
        var wrong = report.Checks.Count(c => c.Differences > 0);
        Console.WriteLine(wrong == 0 ? $"Everything agrees: {report.Checks.Count(c => c.Skipped is null)} checks." : $"{wrong} of {report.Checks.Count} checks found differences.");
    }
}
