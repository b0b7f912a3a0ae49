namespace Danke.Contracts.Audiences;

/// <summary>Who is in an audience now. From the Audiences module.</summary>
public interface IAudienceMembers
{
    /// <summary>Some thousands at a time, by number; null when there is no such audience.</summary>
    Task<IReadOnlyList<long>?> Page(string audience, long afterPerson, int limit, CancellationToken cancel);
}
