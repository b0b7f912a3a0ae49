using System.Collections.Immutable;
using Danke.Contracts.Commands;

namespace Danke.Persons.Linking;

/// <summary>Somebody decided that the command's person and another are one.</summary>
internal sealed record UnitePersons(long Other, string By, string Reason) : CommandBody
{
    public override string Type => "identity.united";
}

/// <summary>Somebody decided that some of the person's identifiers are another person's.</summary>
/// <param name="Keys">Some of the person's identifiers, but not all.</param>
internal sealed record DividePerson(ImmutableArray<long> Keys, string By, string Reason) : CommandBody
{
    public override string Type => "identity.divided";
}

/// <summary>A decision is taken back.</summary>
internal sealed record RevokeDecision(long Decision, string By) : CommandBody
{
    public override string Type => "identity.decision_revoked";
}

/// <summary>The rules have changed: all that hangs together with the identifiers is resolved anew.</summary>
internal sealed record ReconsiderIdentities(ImmutableArray<long> Keys) : CommandBody
{
    public override string Type => "identity.reconsidered";
}
