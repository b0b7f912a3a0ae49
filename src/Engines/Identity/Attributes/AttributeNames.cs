using System.Collections.Immutable;

namespace Danke.Engines.Identity.Attributes;

/// <summary>Attributes are called by where they are in a profile: <c>name</c>, <c>city</c>, <c>attributes.skin</c>.</summary>
public static class AttributeNames
{
    /// <summary>Before the names that sources give to whatever else they know.</summary>
    public const string Further = "attributes.";

    public static readonly ImmutableArray<string> OfEverybody = ["name", "gender", "birthday", "province", "city", "language"];

    public static bool IsName(string text) => OfEverybody.Contains(text) || (text.Length > Further.Length && text.StartsWith(Further, StringComparison.Ordinal));
}
