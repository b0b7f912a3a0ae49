namespace Danke.Contracts.Persons;

/// <summary>Who shares a phone or an address with whom. From the Persons module, which looks about every minute.</summary>
public interface IHouseholds
{
    /// <summary>Looks now; answers how many persons' households changed.</summary>
    Task<int> Refresh(CancellationToken cancel);
}
