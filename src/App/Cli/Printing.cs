using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Platform.Json;

namespace Danke.App.Cli;

/// <summary>How verbs print results and say what went wrong.</summary>
internal static class Printing
{
    public static readonly JsonSerializerOptions Indented = new(DankeJson.Options) { WriteIndented = true };

    public static void Json(object result) => Console.WriteLine(JsonSerializer.Serialize(result, result.GetType(), Indented));

    /// <summary>Says it on stderr and answers the exit code: 1 when the work failed, 2 when the command line is wrong.</summary>
    public static int Fail(string message, int code = 1)
    {
        Console.Error.WriteLine($"danke: {message}");
        return code;
    }

    /// <summary>What the server said against a request, for a person to read.</summary>
    public static async Task<string> Refusal(HttpResponseMessage answer, CancellationToken cancel)
    {
        var text = await answer.Content.ReadAsStringAsync(cancel);
        try
        {
            if (JsonNode.Parse(text) is JsonObject problem && problem["detail"] is { } detail) return detail.GetValue<string>();
        }
        catch (JsonException)
        {
            // Not one of our problems: the status has to do.
        }
        return $"The server answered {(int)answer.StatusCode}.";
    }
}
