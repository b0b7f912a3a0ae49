using System.Text.Json;
using Danke.Platform.Json;

namespace Danke.Privacy.Requests;

internal static class RequestKinds
{
    public const string Export = "export";
    public const string Erase = "erase";
    public const string Anonymise = "anonymise";
    public static readonly IReadOnlyList<string> All = [Export, Erase, Anonymise];
}

internal static class RequestStates
{
    public const string Open = "open";
    public const string Running = "running";
    public const string Done = "done";
    public const string Failed = "failed";
    public const string Withdrawn = "withdrawn";
    public static readonly IReadOnlyList<string> All = [Open, Running, Done, Failed, Withdrawn];
}

/// <summary>One thing to be done for a request. Done means verified and durable.</summary>
/// <param name="State">waiting, running or done.</param>
/// <param name="Count">How many rows, files or letters it touched; null while it is not done.</param>
public sealed record RequestStep(string Name, string State, long? Count, DateTimeOffset? At);

/// <summary>What a person asked for.</summary>
internal sealed record PrivacyRequest(
    long RequestId, string Kind, long PersonId, string State, string Note, long ReceivedAtMs, long DueAtMs, string CreatedBy, string? StartedBy, long? StartedAtMs, long? EndedAtMs,
    long JobId, IReadOnlyList<RequestStep> Steps, string? Error, byte[]? Work, long? DocumentUntilMs)
{
    public bool IsErasing => Kind is RequestKinds.Erase or RequestKinds.Anonymise;

    public static string Json(IReadOnlyList<RequestStep> steps) => JsonSerializer.Serialize(steps, DankeJson.Options);

    public static IReadOnlyList<RequestStep> StepsOf(string json) => JsonSerializer.Deserialize<List<RequestStep>>(json, DankeJson.Options)!;
}
