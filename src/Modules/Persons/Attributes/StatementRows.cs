using Danke.Contracts.Commands;
using Danke.Engines.Identity.Attributes;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Persons.Attributes;

/// <summary>What a statement is found by: what one source said of one identifier, value by value.</summary>
internal readonly record struct StatementKey(long Via, string Source, string Channel, string Attribute, long ValueKey)
{
    public (long, string, string, string) Voice => (Via, Source, Channel, Attribute);
}

/// <summary>One statement as it lies in the Books.</summary>
/// <param name="InTheOpen">Of profiles that are older than statements: the value as it lay in persons.</param>
/// <param name="CommandKey">The event that said it last; empty when it is not known.</param>
internal sealed record StatementRow(StatementKey Key, long PersonId, byte[]? ValueCipher, string? InTheOpen, long FirstMs, long LastMs, string CommandKey)
{
    /// <summary>Who said what was known before statements were kept.</summary>
    public const string SourceOfOlder = Sources.Prefix + "profile";

    public const string Select = "select via_key, source, channel, attribute, value_key, person_id, value_cipher, value, first_ms, last_ms, command_key from attribute_statements";

    public static StatementRow Read(System.Data.Common.DbDataReader r) => new(
        new StatementKey(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt64(4)), r.GetInt64(5), r.IsDBNull(6) ? null : r.Bytes(6), r.TextOrNull(7),
        r.GetInt64(8), r.GetInt64(9), r.GetString(10));

    public static readonly Table<StatementRow> Table = new Table<StatementRow>("attribute_statements", "via_key", "source", "channel", "attribute", "value_key")
        .Long("via_key", r => r.Key.Via).Text("source", r => r.Key.Source).Text("channel", r => r.Key.Channel).Text("attribute", r => r.Key.Attribute)
        .Long("value_key", r => r.Key.ValueKey).Long("person_id", r => r.PersonId).Bytes("value_cipher", r => r.ValueCipher).Text("value", r => r.InTheOpen)
        .Long("first_ms", r => r.FirstMs).Long("last_ms", r => r.LastMs).Text("command_key", r => r.CommandKey);

    public Statement Open(Vault vault) => new(Key.Via, Key.Source, Key.Channel, InTheOpen ?? vault.Open(ValueCipher), FirstMs, LastMs);
}

/// <summary>What somebody decided by hand of one attribute.</summary>
internal sealed record PinRow(long Via, string Attribute, long PersonId, byte[] ValueCipher, string By, string Reason, long AtMs, string CommandKey)
{
    public (long, string) Key => (Via, Attribute);

    public const string Select = "select via_key, attribute, person_id, value_cipher, pinned_by, reason, at_ms, command_key from attribute_pins";

    public static PinRow Read(System.Data.Common.DbDataReader r) =>
        new(r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.Bytes(3), r.GetString(4), r.GetString(5), r.GetInt64(6), r.GetString(7));

    public static readonly Table<PinRow> Table = new Table<PinRow>("attribute_pins", "via_key", "attribute")
        .Long("via_key", r => r.Via).Text("attribute", r => r.Attribute).Long("person_id", r => r.PersonId).Bytes("value_cipher", r => r.ValueCipher)
        .Text("pinned_by", r => r.By).Text("reason", r => r.Reason).Long("at_ms", r => r.AtMs).Text("command_key", r => r.CommandKey);

    public AttributePin Open(Vault vault) => new(Via, vault.Open(ValueCipher), AtMs);
}
