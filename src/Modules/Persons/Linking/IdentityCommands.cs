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

/// <summary>Somebody decided that the command's person and another are two, whatever may link them later.</summary>
internal sealed record KeepApart(long Other, string By, string Reason) : CommandBody
{
    public override string Type => "identity.kept_apart";
}

/// <summary>
/// The command's identifiers are of two persons who are so alike that they are taken for one. Evidence as any other, and weaker than any: it
/// counts as old as the younger of its identifiers, and is refused where it would break a rule, or part what belongs together.
/// </summary>
internal sealed record InferLink : CommandBody
{
    public override string Type => "identity.link_inferred";
}

/// <summary>The rules have changed: all that hangs together with the identifiers is resolved anew.</summary>
internal sealed record ReconsiderIdentities(ImmutableArray<long> Keys) : CommandBody
{
    public override string Type => "identity.reconsidered";
}
