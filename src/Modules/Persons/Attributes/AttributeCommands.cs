using Danke.Contracts.Commands;

namespace Danke.Persons.Attributes;

/// <summary>Somebody decided what an attribute of the command's person is, whatever sources say.</summary>
internal sealed record PinAttribute(string Attribute, string Value, string By, string Reason) : CommandBody
{
    public override string Type => "profile.attribute_pinned";
}

/// <summary>The rule decides again.</summary>
internal sealed record UnpinAttribute(string Attribute, string By) : CommandBody
{
    public override string Type => "profile.attribute_unpinned";
}

/// <summary>The rules have changed: the person's profile is decided anew.</summary>
internal sealed record ReconsiderProfile : CommandBody
{
    public override string Type => "profile.reconsidered";
}
