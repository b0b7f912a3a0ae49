namespace Danke.Platform.Telemetry;

/// <summary>
/// One object of <c>GET /v1/status</c>: <c>services.AddSingleton(p =&gt; new StatusPart("insight", () =&gt; …))</c>. Read must be quick: it
/// tells what is known, it does not ask.
/// </summary>
/// <param name="Name">The object's name there.</param>
/// <param name="Read">Answers an object that serialises as the API's JSON.</param>
public sealed record StatusPart(string Name, Func<object> Read);
