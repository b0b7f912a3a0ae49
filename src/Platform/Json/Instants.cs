namespace Danke.Platform.Json;

/// <summary>From milliseconds since 1970 UTC, as the Books hold them, to instants as the API shows them.</summary>
public static class Instants
{
    public static DateTimeOffset ToInstant(this long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    public static DateTimeOffset? ToInstant(this long? ms) => ms is { } known ? known.ToInstant() : null;
}
