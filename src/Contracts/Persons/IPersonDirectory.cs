namespace Danke.Contracts.Persons;

/// <summary>Who is who by number. From the Persons module.</summary>
public interface IPersonDirectory
{
    /// <summary>The number under which the person lives now: itself, or the survivor's when it was absorbed. Null when there is no such person.</summary>
    Task<long?> Current(long personId, CancellationToken cancel);
}
