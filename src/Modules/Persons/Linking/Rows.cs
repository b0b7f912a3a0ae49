using Danke.Platform.Books;

namespace Danke.Persons.Linking;

internal sealed class PersonRow
{
    public required long PersonId { get; init; }
    public string State { get; set; } = "active";
    public long? MergedInto { get; set; }
    public byte[]? NameCipher { get; set; }
    public byte[]? NameKey { get; set; }
    public string? Gender { get; set; }
    public string? Birthday { get; set; }
    public string? Province { get; set; }
    public string? City { get; set; }
    public string? Language { get; set; }
    public string Attributes { get; set; } = "{}";
    public long ProfileAtMs { get; set; }
    public long FirstSeenMs { get; set; }
    public long LastSeenMs { get; set; }
    public string FirstChannel { get; set; } = "";

    public const string Select = """
        select person_id, state, merged_into, name_cipher, name_key, gender, birthday, province, city, language, attributes,
               profile_at_ms, first_seen_ms, last_seen_ms, first_channel from persons
        """;

    public static PersonRow Read(System.Data.Common.DbDataReader r) => new()
    {
        PersonId = r.GetInt64(0),
        State = r.GetString(1),
        MergedInto = r.LongOrNull(2),
        NameCipher = r.IsDBNull(3) ? null : r.Bytes(3),
        NameKey = r.IsDBNull(4) ? null : r.Bytes(4),
        Gender = r.TextOrNull(5),
        Birthday = r.TextOrNull(6),
        Province = r.TextOrNull(7),
        City = r.TextOrNull(8),
        Language = r.TextOrNull(9),
        Attributes = r.GetString(10),
        ProfileAtMs = r.GetInt64(11),
        FirstSeenMs = r.GetInt64(12),
        LastSeenMs = r.GetInt64(13),
        FirstChannel = r.GetString(14),
    };

    /// <summary>When they were seen, alone.</summary>
    public static readonly Table<PersonRow> Seen = new Table<PersonRow>("persons", "person_id")
        .Long("person_id", r => r.PersonId).Long("first_seen_ms", r => r.FirstSeenMs).Long("last_seen_ms", r => r.LastSeenMs).Text("first_channel", r => r.FirstChannel);

    public static readonly Table<PersonRow> Table = new Table<PersonRow>("persons", "person_id")
        .Long("person_id", r => r.PersonId).Text("state", r => r.State).LongOrNull("merged_into", r => r.MergedInto)
        .Bytes("name_cipher", r => r.NameCipher).Bytes("name_key", r => r.NameKey).Text("gender", r => r.Gender).Text("birthday", r => r.Birthday)
        .Text("province", r => r.Province).Text("city", r => r.City).Text("language", r => r.Language).Text("attributes", r => r.Attributes)
        .Long("profile_at_ms", r => r.ProfileAtMs).Long("first_seen_ms", r => r.FirstSeenMs).Long("last_seen_ms", r => r.LastSeenMs)
        .Text("first_channel", r => r.FirstChannel);
}

internal sealed class IdentifierRow
{
    public required long Key { get; init; }
    public required string Namespace { get; init; }
    public required string Scope { get; init; }
    public required byte[] ValueCipher { get; init; }
    public long PersonId { get; set; }
    public bool Verified { get; set; }
    public long FirstSeenMs { get; set; }
    public long LastSeenMs { get; set; }
    public required string Source { get; init; }

    public const string Select =
        "select identifier_key, namespace, scope, value_cipher, person_id, verified, first_seen_ms, last_seen_ms, source from identifiers";

    public static IdentifierRow Read(System.Data.Common.DbDataReader r) => new()
    {
        Key = r.GetInt64(0),
        Namespace = r.GetString(1),
        Scope = r.GetString(2),
        ValueCipher = r.Bytes(3),
        PersonId = r.GetInt64(4),
        Verified = r.GetInt64(5) != 0,
        FirstSeenMs = r.GetInt64(6),
        LastSeenMs = r.GetInt64(7),
        Source = r.GetString(8),
    };

    /// <summary>When it was seen, alone.</summary>
    public static readonly Table<IdentifierRow> Seen = new Table<IdentifierRow>("identifiers", "identifier_key")
        .Long("identifier_key", r => r.Key).Long("verified", r => r.Verified ? 1 : 0).Long("first_seen_ms", r => r.FirstSeenMs).Long("last_seen_ms", r => r.LastSeenMs);

    public static readonly Table<IdentifierRow> Table = new Table<IdentifierRow>("identifiers", "identifier_key")
        .Long("identifier_key", r => r.Key).Text("namespace", r => r.Namespace).Text("scope", r => r.Scope).Bytes("value_cipher", r => r.ValueCipher)
        .Long("person_id", r => r.PersonId).Long("verified", r => r.Verified ? 1 : 0).Long("first_seen_ms", r => r.FirstSeenMs)
        .Long("last_seen_ms", r => r.LastSeenMs).Text("source", r => r.Source);
}

/// <summary>Evidence that two identifiers are one person. Keys in ascending order.</summary>
internal sealed record LinkRow(long Low, long High, string Source, string CommandKey, string Strength, long AtMs, string? DroppedRule)
{
    public static LinkRow Of(long a, long b, string source, string commandKey, string strength, long atMs, string? droppedRule) =>
        new(Math.Min(a, b), Math.Max(a, b), source, commandKey, strength, atMs, droppedRule);

    public static readonly Table<LinkRow> Table = new Table<LinkRow>("links", "low_key", "high_key")
        .Long("low_key", r => r.Low).Long("high_key", r => r.High).Text("source", r => r.Source).Text("command_key", r => r.CommandKey)
        .Text("strength", r => r.Strength).Long("first_seen_ms", r => r.AtMs).Long("last_seen_ms", r => r.AtMs).Text("dropped_rule", r => r.DroppedRule);
}

internal sealed record AliasRow(long From, long To, long AtMs, string CommandKey)
{
    public static readonly Table<AliasRow> Table = new Table<AliasRow>("person_aliases", "from_person")
        .Long("from_person", r => r.From).Long("to_person", r => r.To).Long("merged_at_ms", r => r.AtMs).Text("command_key", r => r.CommandKey);
}

internal sealed record InteractionRow(long Id, long PersonId, long ViaKey, long AtMs, string Channel, string Shop, string Kind, string Properties)
{
    public static readonly Table<InteractionRow> Table = new Table<InteractionRow>("interactions", "interaction_id")
        .Long("interaction_id", r => r.Id).Long("person_id", r => r.PersonId).Long("via_key", r => r.ViaKey).Long("at_ms", r => r.AtMs)
        .Text("channel", r => r.Channel).Text("shop", r => r.Shop).Text("kind", r => r.Kind).Text("properties", r => r.Properties);
}

internal sealed record ConsentRow(long PersonId, string Via, string Purpose, long PointKey, bool Granted, string? Evidence, string Source, long AtMs)
{
    public (long, string, string, long) Key => (PersonId, Via, Purpose, PointKey);

    public const string Select = "select person_id, via, purpose, point_key, granted, evidence, source, at_ms from consents";

    public static ConsentRow Read(System.Data.Common.DbDataReader r) =>
        new(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4) != 0, r.TextOrNull(5), r.GetString(6), r.GetInt64(7));

    public static readonly Table<ConsentRow> Table = new Table<ConsentRow>("consents", "person_id", "via", "purpose", "point_key")
        .Long("person_id", r => r.PersonId).Text("via", r => r.Via).Text("purpose", r => r.Purpose).Long("point_key", r => r.PointKey)
        .Long("granted", r => r.Granted ? 1 : 0).Text("evidence", r => r.Evidence).Text("source", r => r.Source).Long("at_ms", r => r.AtMs);
}
