namespace Danke.Contracts.Loyalty;

/// <summary>The tiers of the live programs. From the Loyalty module.</summary>
public interface IProgramTiers
{
    /// <summary>What the tier that so much growth reaches is called; null when the program is not live.</summary>
    Task<string?> TitleFor(string program, long growth, CancellationToken cancel);
}
