using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Danke.App.Cli;

/// <summary>Begins a job and waits for its end, with its progress on a terminal. The job is the server's: leaving off here does not stop it.</summary>
internal static class JobFollower
{
    private static readonly TimeSpan AsksEvery = TimeSpan.FromMilliseconds(300);

    /// <param name="number">The field of the answer that is the job's number.</param>
    /// <summary>The job as it ended; null when the server would not begin it, which is told then.</summary>
    public static async Task<JsonNode?> Run(HttpClient client, string path, JsonObject body, string title, CancellationToken cancel, string number = "job_id")
    {
        using var answer = await client.PostAsJsonAsync(path, body, cancel);
        if (!answer.IsSuccessStatusCode)
        {
            Printing.Fail(await Printing.Refusal(answer, cancel));
            return null;
        }
        var id = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel))![number]!.GetValue<long>();
        return await Watch(client, id, title, cancel);
    }

    /// <summary>A job that was begun, as it ended.</summary>
    public static async Task<JsonNode> Watch(HttpClient client, long id, string title, CancellationToken cancel)
    {
        if (Console.IsErrorRedirected) return await Follow(client, id, _ => { }, cancel);
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await terminal.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).StartAsync(async shown =>
        {
            var task = shown.AddTask(title);
            return await Follow(client, id, job => Show(job, title, task), cancel);
        });
    }

    private static void Show(JsonNode job, string title, ProgressTask task)
    {
        var (done, total) = (job["done"]!.GetValue<long>(), job["total"]!.GetValue<long>());
        task.IsIndeterminate = total == 0;
        task.MaxValue = Math.Max(1, total);
        task.Value = done;
        task.Description = total == 0 ? $"{title}: {job["detail"]?["phase"]}" : string.Create(CultureInfo.InvariantCulture, $"{title}: {done:N0} of {total:N0}");
    }

    private static async Task<JsonNode> Follow(HttpClient client, long id, Action<JsonNode> show, CancellationToken cancel)
    {
        while (true)
        {
            var job = JsonNode.Parse(await client.GetStringAsync(string.Create(CultureInfo.InvariantCulture, $"v1/jobs/{id}"), cancel))!;
            show(job);
            if (job["state"]!.GetValue<string>() is "done" or "failed" or "cancelled") return job;
            await Task.Delay(AsksEvery, cancel);
        }
    }

    /// <summary>What to say of a job that did not come to its end.</summary>
    public static int Failed(JsonNode job) => Printing.Fail((string?)job["error"] ?? $"The job was {job["state"]}. Run the same again.");
}
