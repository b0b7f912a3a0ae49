namespace Danke.Engines.Matching;

/// <summary>What a column of a file says about a person. Decides how its values are compared.</summary>
public enum ColumnRole
{
    /// <summary>Not compared.</summary>
    Ignored,

    /// <summary>Different in every record: the file's own key, which says nothing about who it is. Not compared.</summary>
    RecordKey,
    GivenName,
    Surname,
    FullName,

    /// <summary>The name of a firm.</summary>
    Organisation,
    BirthDate,
    Gender,
    Phone,
    Email,

    /// <summary>A whole address, or its street, number or flat.</summary>
    Address,
    City,
    Region,
    Postcode,

    /// <summary>A number given to a person by somebody: a card, a passport, a tax number.</summary>
    Identifier,

    /// <summary>The country or state that gave the number of the same name: <c>passport_country</c> beside <c>passport_number</c>.</summary>
    Issuer,

    /// <summary>Whether a person or a firm is told of: two of different types are never one.</summary>
    RecordType,

    /// <summary>Anything else.</summary>
    Text,
}

/// <summary>A column and what it says.</summary>
public sealed record MatchColumn(string Name, ColumnRole Role);
