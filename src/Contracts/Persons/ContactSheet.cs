using System.Collections.Immutable;
using Danke.Contracts.Commands;

namespace Danke.Contracts.Persons;

/// <summary>Where a person can be reached.</summary>
/// <param name="Key">The identifier's key.</param>
/// <param name="Address">The phone number or address itself: personal data.</param>
public readonly record struct ContactPoint(ContactChannel Via, long Key, string Address, bool Verified, long LastSeenMs);

/// <summary>What a person allowed or forbade.</summary>
/// <param name="Via">sms, email, …</param>
/// <param name="PointKey">The contact point it was said of; 0 for all of the kind.</param>
public readonly record struct ConsentStatement(string Via, string Purpose, long PointKey, bool Granted, long AtMs);

/// <summary>Where a person can be reached and what they allowed, as of one command.</summary>
/// <param name="Points">The best of a kind first: verified before asserted, then seen last.</param>
public sealed record ContactSheet(ImmutableArray<ContactPoint> Points, ImmutableArray<ConsentStatement> Consents)
{
    public const string Marketing = "marketing";

    public static string WordOf(ContactChannel via) => via.ToString().ToLowerInvariant();

    /// <summary>
    /// Whether the point may be used: what was said of the point itself counts, unless all of the kind was forbidden since. A general
    /// yes does not lift a no to the point. Nothing said is no.
    /// </summary>
    public bool Allows(ContactChannel via, string purpose, long pointKey)
    {
        var word = WordOf(via);
        ConsentStatement? own = null, general = null;
        foreach (var said in Consents)
        {
            if (said.Via != word || said.Purpose != purpose) continue;
            if (said.PointKey == 0) general = said;
            else if (said.PointKey == pointKey) own = said;
        }
        if (own is { } ofPoint) return ofPoint.Granted && !(general is { Granted: false } no && no.AtMs >= ofPoint.AtMs);
        return general is { Granted: true };
    }
}
