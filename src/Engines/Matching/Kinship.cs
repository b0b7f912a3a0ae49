using Danke.Engines.Matching.Fields;

namespace Danke.Engines.Matching;

/// <summary>
/// Which fields may go along with which, and which people share. A household shares address, phone and surname, a place its postcode and city; given names, birthdays and
/// numbers belong to one person and are evidence of their own whatever else agrees.
/// </summary>
internal static class Kinship
{
    public static bool MayFollow(ColumnRole field, ColumnRole given) => field switch
    {
        ColumnRole.Address or ColumnRole.Postcode or ColumnRole.City or ColumnRole.Region or ColumnRole.Surname or ColumnRole.Organisation or ColumnRole.Text => IsHousehold(given),
        ColumnRole.Gender => given == ColumnRole.GivenName,
        _ => false,
    };

    /// <summary>Whether a difference in the one lets expect a difference in the other: both are where somebody lives.</summary>
    public static bool MoveTogether(ColumnRole field, ColumnRole given) => IsPlace(field) && IsPlace(given);

    private static bool IsHousehold(ColumnRole role) => IsPlace(role) || role is ColumnRole.Phone or ColumnRole.Email or ColumnRole.Organisation;

    /// <summary>Whether people of one household or firm may have it in common.</summary>
    public static bool IsShared(ColumnRole role) => role == ColumnRole.Surname || IsHousehold(role);

    /// <summary>So many pairs of kin were born on one day: twins, and whose birthday was filled in with another's.</summary>
    public const double Twins = 0.05;

    /// <summary>So many have names that begin alike, as families give them: Marlene and Marlies.</summary>
    private const double NamedAlike = 0.1;

    /// <summary>The shares of what is one person's own among kin, who have it as strangers do but for families' habits.</summary>
    public static double[] OwnShares(ColumnRole role, double[] m, double[] u) => role switch
    {
        ColumnRole.BirthDate => [.. u.Zip(m, (stranger, same) => (1 - Twins) * stranger + Twins * same)],
        ColumnRole.GivenName => [.. u.Select((stranger, level) => (1 - NamedAlike) * stranger + (level == NameKind.Faint ? NamedAlike : 0))],
        _ => [.. u],
    };

    public static bool IsPlace(ColumnRole role) => role is ColumnRole.Address or ColumnRole.Postcode or ColumnRole.City or ColumnRole.Region;
}
