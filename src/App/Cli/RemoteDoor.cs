using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Platform.Json;

namespace Danke.App.Cli;

/// <summary>The Door of the server that holds the data directory, through its <c>POST /v1/events</c>.</summary>
internal sealed class RemoteDoor(HttpClient client) : IDoor
{
    private const int MostTries = 60;

    private static readonly Dictionary<string, AnswerStatus> StatusNames =
        Enum.GetValues<AnswerStatus>().ToDictionary(status => status.ToString().ToLowerInvariant());

    /// <summary>Never known from here: the server answers 503, and that is waited for.</summary>
    public bool IsFull => false;

    public async ValueTask<Answer> Submit(Command command, CancellationToken cancel) => (await SubmitMany([command], cancel))[0];

    public async ValueTask<Answer[]> SubmitMany(IReadOnlyList<Command> commands, CancellationToken cancel)
    {
        var body = Encode(commands);
        using var response = await Post(body, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"The server refused the events ({(int)response.StatusCode}): {text}");
        var answers = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read).ToArray();
        return answers.Length == commands.Count ? answers : throw new HttpRequestException($"The server answered {answers.Length} of {commands.Count} events.");
    }

    private static byte[] Encode(IReadOnlyList<Command> commands)
    {
        var buffer = new ArrayBufferWriter<byte>(commands.Count * 512);
        using var writer = new EventJsonWriter(buffer);
        foreach (var command in commands)
        {
            writer.Write(command);
            buffer.Write("\n"u8);
        }
        return buffer.WrittenSpan.ToArray();
    }

    // A full server is one that works: wait a second and try again, but not for ever.
    private async Task<HttpResponseMessage> Post(byte[] body, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
            var response = await client.PostAsync("v1/events", content, cancel);
            if (response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) || tries == MostTries) return response;
            response.Dispose();
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        }
    }

    private static Answer Read(string line)
    {
        var answer = JsonSerializer.Deserialize<Answered>(line, DankeJson.Options)!;
        return StatusNames.TryGetValue(answer.Status, out var status)
            ? new Answer(status, answer.Code, answer.Detail, answer.PersonId)
            : throw new HttpRequestException($"The server left events unanswered: {answer.Detail}");
    }

    private sealed record Answered(string Status, string? Code = null, string? Detail = null, long PersonId = 0);
}
