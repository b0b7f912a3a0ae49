using System.Data.Common;
using System.Text.Json;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Touch.Messages;

/// <summary>What was written, and to which address: personal data, sealed in the Books.</summary>
/// <param name="To">The address; null when there was none to choose.</param>
internal sealed record MessageBody(string? To, string? Subject, string Text)
{
    public byte[] Seal(Vault vault) => vault.Seal(JsonSerializer.Serialize(this));

    public static MessageBody Open(Vault vault, byte[] cipher) => JsonSerializer.Deserialize<MessageBody>(vault.Open(cipher))!;
}

/// <summary>Why a message was not sent.</summary>
internal static class SkipReason
{
    public const string NoContactPoint = "no_contact_point";
    public const string NoConsent = "no_consent";
    public const string RenderError = "render_error";
}

internal static class MessageState
{
    public const string Queued = "queued";

    /// <summary>Being handed over by <c>claimed_by</c>.</summary>
    public const string Sending = "sending";
    public const string Sent = "sent";
    public const string Skipped = "skipped";
}

/// <summary>One message to one person, sent or not.</summary>
internal sealed class MessageRow
{
    public required long MessageId { get; init; }
    public required string Key { get; init; }
    public required long PersonId { get; set; }

    /// <summary>The identifier that what caused it came in by: it goes where that goes.</summary>
    public required long ViaKey { get; init; }
    public required string Via { get; init; }
    public required string Template { get; init; }
    public required string State { get; set; }
    public string? Reason { get; set; }

    /// <summary>The contact point's identifier key; 0 when none.</summary>
    public long AddressKey { get; init; }

    /// <summary>Null when nothing was written.</summary>
    public byte[]? BodyCipher { get; init; }
    public required string Journey { get; init; }
    public required long AtMs { get; init; }
    public long? SentAtMs { get; set; }
    public string? ClaimedBy { get; set; }
    public long? ClaimedAtMs { get; set; }

    public const string Select = """
        select message_id, message_key, person_id, via, template, state, reason, address_key, body_cipher, journey, at_ms, sent_at_ms, claimed_by, claimed_at_ms, via_key
        from messages
        """;

    public static MessageRow Read(DbDataReader r) => new()
    {
        MessageId = r.GetInt64(0),
        Key = r.GetString(1),
        PersonId = r.GetInt64(2),
        Via = r.GetString(3),
        Template = r.GetString(4),
        State = r.GetString(5),
        Reason = r.TextOrNull(6),
        AddressKey = r.GetInt64(7),
        BodyCipher = r.IsDBNull(8) ? null : r.Bytes(8),
        Journey = r.GetString(9),
        AtMs = r.GetInt64(10),
        SentAtMs = r.LongOrNull(11),
        ClaimedBy = r.TextOrNull(12),
        ClaimedAtMs = r.LongOrNull(13),
        ViaKey = r.GetInt64(14),
    };

    public static readonly Table<MessageRow> Table = new Table<MessageRow>("messages", "message_id")
        .Long("message_id", r => r.MessageId).Text("message_key", r => r.Key).Long("person_id", r => r.PersonId).Text("via", r => r.Via)
        .Text("template", r => r.Template).Text("state", r => r.State).Text("reason", r => r.Reason).Long("address_key", r => r.AddressKey)
        .Bytes("body_cipher", r => r.BodyCipher).Text("journey", r => r.Journey).Long("at_ms", r => r.AtMs).LongOrNull("sent_at_ms", r => r.SentAtMs)
        .Text("claimed_by", r => r.ClaimedBy).LongOrNull("claimed_at_ms", r => r.ClaimedAtMs).Long("via_key", r => r.ViaKey);
}
