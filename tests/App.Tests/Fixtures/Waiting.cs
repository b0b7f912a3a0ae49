using System.Diagnostics;
using System.Text.Json;

namespace Danke.App.Tests.Fixtures;

/// <summary>Looking again and again until something is so: work that goes on by itself has a rhythm of its own.</summary>
public static class Waiting
{
    // Long enough for a loaded machine; what is right is there in a moment.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The first look that is so; fails with the last one when none is within two minutes.</summary>
    public static async Task<T> Until<T>(Func<Task<T>> look, Func<T, bool> so, int everyMs = 25)
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            var seen = await look();
            if (so(seen)) return seen;
            if (waited.Elapsed > Patience) throw new TimeoutException($"It stayed {seen}");
            await Task.Delay(everyMs);
        }
    }

    /// <summary>What the API answers at a path, once it is so.</summary>
    public static Task<JsonElement> Until(this HttpClient client, string path, Func<JsonElement, bool> so) => Until(() => client.GetJson(path), so);

    /// <summary>What the API answers at a path, once its state is none of these.</summary>
    public static Task<JsonElement> UntilNot(this HttpClient client, string path, params string[] states) =>
        client.Until(path, seen => !states.Contains(seen.GetProperty("state").GetString()));

    /// <summary>A job that is over, however it ended.</summary>
    public static Task<JsonElement> JobEnded(this HttpClient client, long job) => client.UntilNot($"v1/jobs/{job}", "waiting", "running");
}
