using System.CommandLine;
using Danke.App.Cli.Doctor;
using Spectre.Console;

namespace Danke.App.Cli;

/// <summary><c>danke doctor</c>: looks at everything that Danke needs and says, of each, what to do. Changes nothing.</summary>
internal static class DoctorVerb
{
    private sealed record Report(bool Ok, IReadOnlyList<Finding> Findings);

    public static Command Create()
    {
        var verb = new Command("doctor", "Look at everything that Danke needs and say what to do. Exit 1 when something must be mended.") { CommonOptions.Json };
        verb.SetAction(async (given, cancel) =>
        {
            var settings = given.Settings();
            var findings = new List<Finding>();
            findings.AddRange(await Machine.Examine(settings, cancel));
            findings.AddRange(await Stores.Examine(settings, Environment.GetEnvironmentVariable, cancel));
            var ok = findings.TrueForAll(f => f.State != FindingState.Failed);
            if (given.GetValue(CommonOptions.Json)) Printing.Json(new Report(ok, findings));
            else Print(findings);
            return ok ? 0 : 1;
        });
        return verb;
    }

    private static void Print(List<Finding> findings)
    {
        foreach (var finding in findings)
        {
            var mark = finding.State switch { FindingState.Ok => "[green]ok     [/]", FindingState.Warning => "[yellow]warning[/]", FindingState.Failed => "[red]failed [/]", _ => "" };
            AnsiConsole.MarkupLine($"{mark} {Markup.Escape(finding.Name),-14} {Markup.Escape(finding.Found)}");
            if (finding.ToDo is { } toDo) AnsiConsole.MarkupLine($"        {"",-14} → {Markup.Escape(toDo)}");
        }
    }
}
