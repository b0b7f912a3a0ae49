using Danke.Demo;
using Spectre.Console;

namespace Danke.App.Cli;

/// <summary>Shows on a terminal how far a long piece of work has come; says nothing in a pipe.</summary>
internal static class ProgressBar
{
    public static async Task<T> Run<T>(string title, Func<IProgress<DemoProgress>?, Task<T>> work)
    {
        if (Console.IsErrorRedirected) return await work(null);
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await terminal.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async shown =>
            {
                var task = shown.AddTask(title);
                return await work(new Shown(title, task));
            });
    }

    private sealed class Shown(string title, ProgressTask task) : IProgress<DemoProgress>
    {
        public void Report(DemoProgress value)
        {
            task.Value = 100 * value.Share;
            task.Description = FormattableString.Invariant($"{title}, {value.Events:N0} events");
        }
    }
}
