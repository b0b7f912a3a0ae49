using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Danke.Platform.Json;

namespace Danke.App.Tests.Fixtures;

/// <summary>Asking over HTTP and looking at the answer.</summary>
public static class Http
{
    /// <summary>The answer's body; fails with the body in the message when the status is another.</summary>
    public static async Task<JsonElement> Json(this HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(expected, text);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    public static async Task<JsonElement> Json(this Task<HttpResponseMessage> response, HttpStatusCode expected = HttpStatusCode.OK) =>
        await (await response).Json(expected);

    /// <summary>The stable code of a problem.</summary>
    public static async Task<string?> ProblemCode(this Task<HttpResponseMessage> response, HttpStatusCode expected)
    {
        using var answer = await response;
        var body = await answer.Json(expected);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        return body.GetProperty("code").GetString();
    }

    public static Task<JsonElement> GetJson(this HttpClient client, string path) => client.GetAsync(path).Json();

    /// <summary>Sends an object in the API's own JSON (snake_case).</summary>
    /// <param name="key">The <c>Idempotency-Key</c>: the same request again is the same one.</param>
    public static Task<HttpResponseMessage> Post(this HttpClient client, string path, object? body = null, string? key = null) => client.Send(HttpMethod.Post, path, body, key);

    public static Task<HttpResponseMessage> Put(this HttpClient client, string path, object? body = null) => client.Send(HttpMethod.Put, path, body);

    public static Task<HttpResponseMessage> Patch(this HttpClient client, string path, object? body = null) => client.Send(HttpMethod.Patch, path, body);

    public static Task<HttpResponseMessage> Send(this HttpClient client, HttpMethod method, string path, object? body = null, string? key = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: DankeJson.Options) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return client.SendAsync(request);
    }

    public static StringContent Text(string body, string mediaType = "application/json") => new(body, Encoding.UTF8, mediaType);
}
