namespace Danke.Contracts.Commands;

/// <summary>
/// The person is to be forgotten: with all former numbers and all identifiers. What the accounts need goes on under a number that is
/// nobody's; late events with the identifiers are dropped from now on.
/// </summary>
/// <param name="Request">The request that asked for it.</param>
/// <param name="KeepsTraits">Anonymised only: the year of birth, gender and city stay beside the sums.</param>
public sealed record ErasePerson(long Request, bool KeepsTraits) : CommandBody, IAppliedAlone
{
    public override string Type => KeepsTraits ? "person.anonymised" : "person.erased";
}
