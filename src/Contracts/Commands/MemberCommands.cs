using System.Collections.Immutable;

namespace Danke.Contracts.Commands;

/// <summary>What a source says of a person; null means "says nothing", never "erase".</summary>
public sealed record Profile
{
    public static readonly Profile Empty = new();

    public string? Name { get; init; }

    /// <summary>f, m or x.</summary>
    public string? Gender { get; init; }

    /// <summary>ISO date, <c>1990-05-17</c>; <c>--05-17</c> when the year is unknown.</summary>
    public string? Birthday { get; init; }
    public string? Province { get; init; }
    public string? City { get; init; }

    /// <summary>BCP 47 language, e.g. zh-CN.</summary>
    public string? Language { get; init; }

    /// <summary>Everything else, by name, as text.</summary>
    public ImmutableSortedDictionary<string, string> Attributes { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary><c>member.joined</c>: the person enrolled in a program.</summary>
/// <param name="Program">The program's name; empty for the default one.</param>
/// <param name="Card">The card number given by the source; null lets Danke give one.</param>
public sealed record MemberJoined(string Program, string? Card, Profile Profile) : CommandBody
{
    public override string Type => "member.joined";
}

/// <summary><c>member.updated</c>: a source knows something new of the person. Needs no membership.</summary>
public sealed record MemberUpdated(Profile Profile) : CommandBody
{
    public override string Type => "member.updated";
}

/// <summary><c>member.left</c>: the person ended the membership. The ledger stays, closed.</summary>
public sealed record MemberLeft(string Program, string? Reason) : CommandBody
{
    public override string Type => "member.left";
}

/// <summary><c>interaction.happened</c>: a view, a click, a sign-in, a follow, … anything that is not an order.</summary>
/// <param name="Kind">What happened, e.g. <c>page.view</c>, <c>message.clicked</c>, <c>wecom.followed</c>.</param>
/// <param name="Properties">Details, by name, as text.</param>
public sealed record InteractionHappened(string Kind, ImmutableSortedDictionary<string, string> Properties) : CommandBody
{
    public override string Type => "interaction.happened";
}

/// <summary>Through what a person may be contacted.</summary>
public enum ContactChannel { Sms, Email, Wecom, Wechat, Phone, Push, Post }

/// <summary><c>consent.changed</c>: the person allowed or forbade a use of a contact point.</summary>
/// <param name="Via">The kind of contact point.</param>
/// <param name="Purpose">marketing, service, profiling, …</param>
/// <param name="Point">The contact point itself (a phone, an address); empty for all of the kind.</param>
/// <param name="Granted">Allowed or forbidden.</param>
/// <param name="Evidence">How we know: the form, the call, the message id.</param>
public sealed record ConsentChanged(ContactChannel Via, string Purpose, string Point, bool Granted, string? Evidence) : CommandBody
{
    public override string Type => "consent.changed";
}

/// <summary><c>points.adjusted</c>: points given or taken by hand or by a source, with a reason.</summary>
/// <param name="Points">Positive gives, negative takes; never zero.</param>
/// <param name="ExpiresAtMs">When given points expire; null for the program's validity.</param>
public sealed record PointsAdjusted(string Program, long Points, string Reason, long? ExpiresAtMs) : CommandBody
{
    public override string Type => "points.adjusted";
}
