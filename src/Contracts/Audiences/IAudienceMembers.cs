namespace Danke.Contracts.Audiences;

/// <summary>Who is in an audience now. From the Audiences module.</summary>
public interface IAudienceMembers
{
    /// <summary>Some thousands at a time; null when there is no such audience.</summary>
    /// <param name="after"><see cref="AudiencePage.Next"/> of the page before; 0 for the first.</param>
    Task<AudiencePage?> Page(string audience, long after, int limit, CancellationToken cancel);
}

/// <summary>Some of an audience.</summary>
/// <param name="Next">Where the next page goes on; null when this is the last.</param>
public sealed record AudiencePage(IReadOnlyList<long> Persons, long? Next);
