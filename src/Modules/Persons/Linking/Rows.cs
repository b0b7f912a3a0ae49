using Danke.Engines.Identity;
using Danke.Platform.Books;

namespace Danke.Persons.Linking;

internal sealed class PersonRow
{
    public required long PersonId { get; init; }

    /// <summary>Made by this batch.</summary>
    public bool IsNew { get; init; }
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

internal sealed class IdentifierRow : IdentifierState
{
    public required byte[] ValueCipher { get; init; }
    public bool Verified { get; set; }
    public long LastSeenMs { get; set; }
    public string Source { get; set; } = "";

    /// <summary>Not in the Books yet.</summary>
    public bool IsNew { get; set; }

    public string Namespace => Rule.Name;

    public const string Select = """
        select identifier_key, namespace, scope, value_cipher, person_id, verified, first_seen_ms, last_seen_ms, source, anchor_of, carries, contested from identifiers
        """;

    /// <summary>Reads rows; namespaces are looked up in the rules.</summary>
    public static Func<System.Data.Common.DbDataReader, IdentifierRow> Reader(IdentityRules rules) => r => new IdentifierRow
    {
        Key = r.GetInt64(0),
        Rule = rules[r.GetString(1)],
        Scope = r.GetString(2),
        ValueCipher = r.Bytes(3),
        PersonId = r.GetInt64(4),
        Verified = r.GetInt64(5) != 0,
        FirstSeenMs = r.GetInt64(6),
        LastSeenMs = r.GetInt64(7),
        Source = r.GetString(8),
        AnchorOf = r.GetInt64(9),
        Carries = r.GetInt64(10) != 0,
        IsContested = (r.GetInt64(11) & 1) != 0,
        IsDecided = (r.GetInt64(11) & 2) != 0,
    };

    /// <summary>When it was seen, alone.</summary>
    public static readonly Table<IdentifierRow> Seen = new Table<IdentifierRow>("identifiers", "identifier_key")
        .Long("identifier_key", r => r.Key).Long("verified", r => r.Verified ? 1 : 0).Long("first_seen_ms", r => r.FirstSeenMs)
        .Long("last_seen_ms", r => r.LastSeenMs).Long("carries", r => r.Carries ? 1 : 0);

    public static readonly Table<IdentifierRow> Table = new Table<IdentifierRow>("identifiers", "identifier_key")
        .Long("identifier_key", r => r.Key).Text("namespace", r => r.Namespace).Text("scope", r => r.Scope).Bytes("value_cipher", r => r.ValueCipher)
        .Long("person_id", r => r.PersonId).Long("verified", r => r.Verified ? 1 : 0).Long("first_seen_ms", r => r.FirstSeenMs)
        .Long("last_seen_ms", r => r.LastSeenMs).Text("source", r => r.Source).Long("anchor_of", r => r.AnchorOf).Long("carries", r => r.Carries ? 1 : 0)
        .Long("contested", r => (r.IsContested ? 1 : 0) | (r.IsDecided ? 2 : 0));
}

/// <summary>Evidence that two identifiers are one person. Keys in ascending order; observed again, its times widen.</summary>
internal sealed record LinkRow(Link Link, string Source, string CommandKey, string Strength, string? DroppedRule)
{
    public const string Select = "select low_key, high_key, first_seen_ms, last_seen_ms, verified_ms, dropped_rule, source, strength, command_key from links";

    public static LinkRow Read(System.Data.Common.DbDataReader r) => new(
        new Link(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4)), r.GetString(6), r.GetString(8), r.GetString(7), r.TextOrNull(5));

    public static readonly Table<LinkRow> Table = new Table<LinkRow>("links", "low_key", "high_key")
        .Long("low_key", r => r.Link.Low).Long("high_key", r => r.Link.High).Text("source", r => r.Source).When(OnMeeting.Keep)
        .Text("command_key", r => r.CommandKey).When(OnMeeting.Keep).Text("strength", r => r.Strength).When(OnMeeting.Keep)
        .Long("first_seen_ms", r => r.Link.FirstMs).When(OnMeeting.Least).Long("last_seen_ms", r => r.Link.LastMs).When(OnMeeting.Greatest)
        .Long("verified_ms", r => r.Link.VerifiedMs).When(OnMeeting.Greatest).Text("dropped_rule", r => r.DroppedRule);
}

/// <param name="UntilMs">Null: it still leads there.</param>
internal sealed record AliasRow(long From, long To, long AtMs, string CommandKey, long? UntilMs = null)
{
    public static readonly Table<AliasRow> Table = new Table<AliasRow>("person_aliases", "from_person")
        .Long("from_person", r => r.From).Long("to_person", r => r.To).Long("merged_at_ms", r => r.AtMs).Text("command_key", r => r.CommandKey);

    /// <summary>The intervals that begin.</summary>
    public static readonly Table<AliasRow> History = new Table<AliasRow>("alias_history", "from_person", "since_ms")
        .Long("from_person", r => r.From).Long("since_ms", r => r.AtMs).Long("to_person", r => r.To).Text("command_key", r => r.CommandKey).When(OnMeeting.Keep)
        .LongOrNull("until_ms", r => r.UntilMs);
}

internal sealed record InteractionRow(long Id, long PersonId, long ViaKey, long AtMs, string Channel, string Shop, string Kind, string Properties)
{
    public static readonly Table<InteractionRow> Table = new Table<InteractionRow>("interactions", "interaction_id")
        .Long("interaction_id", r => r.Id).Long("person_id", r => r.PersonId).Long("via_key", r => r.ViaKey).Long("at_ms", r => r.AtMs)
        .Text("channel", r => r.Channel).Text("shop", r => r.Shop).Text("kind", r => r.Kind).Text("properties", r => r.Properties);
}

internal sealed record ConsentRow(long PersonId, string Via, string Purpose, long PointKey, bool Granted, string? Evidence, string Source, long AtMs, long ViaKey)
{
    public (long, string, string, long) Key => (PersonId, Via, Purpose, PointKey);

    public const string Select = "select person_id, via, purpose, point_key, granted, evidence, source, at_ms, via_key from consents";

    public static ConsentRow Read(System.Data.Common.DbDataReader r) =>
        new(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4) != 0, r.TextOrNull(5), r.GetString(6), r.GetInt64(7), r.GetInt64(8));

    public static readonly Table<ConsentRow> Table = new Table<ConsentRow>("consents", "person_id", "via", "purpose", "point_key")
        .Long("person_id", r => r.PersonId).Text("via", r => r.Via).Text("purpose", r => r.Purpose).Long("point_key", r => r.PointKey)
        .Long("granted", r => r.Granted ? 1 : 0).Text("evidence", r => r.Evidence).Text("source", r => r.Source).Long("at_ms", r => r.AtMs).Long("via_key", r => r.ViaKey);
}
