using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Engines.Ledger;

namespace Danke.Contracts.Events;

/// <summary>
/// Writes a command as one canonical event (docs/events), on one line: the inverse of <see cref="EventJsonReader"/>. What is
/// its field's default is left out; times are UTC to the millisecond; properties come in the order of the documentation, so
/// that equal commands are equal bytes. Keeps its buffers from event to event: not safe for several threads.
/// </summary>
public sealed class EventJsonWriter : IDisposable
{
    // Chinese stays readable. The text is never put into a page as it is.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly string[] KindNames = ["sale", "adjustment"];

    private readonly Utf8JsonWriter json;

    /// <param name="to">Where the events go.</param>
    public EventJsonWriter(IBufferWriter<byte> to) => json = new Utf8JsonWriter(to, Options);

    /// <summary>One command as UTF-8 JSON.</summary>
    public static byte[] Encode(Command command)
    {
        var to = new ArrayBufferWriter<byte>(512);
        using var writer = new EventJsonWriter(to);
        writer.Write(command);
        return to.WrittenSpan.ToArray();
    }

    public void Dispose() => json.Dispose();

    /// <summary>Writes one object, without a line end.</summary>
    public void Write(Command command)
    {
        json.WriteStartObject();
        json.WriteString("source"u8, command.Source);
        json.WriteString("id"u8, command.Id);
        json.WriteString("type"u8, command.Body.Type);
        Time("time"u8, command.AtMs);
        json.WriteString("channel"u8, command.Channel);
        TextUnlessEmpty("shop"u8, command.Shop);
        Identifiers(command.Identifiers);
        json.WriteStartObject("data"u8);
        Data(command.Body);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        json.Reset();
    }

    private void Identifiers(ImmutableArray<Identifier> identifiers)
    {
        if (identifiers.IsDefaultOrEmpty) return;
        json.WriteStartArray("identifiers"u8);
        foreach (var identifier in identifiers)
        {
            json.WriteStartObject();
            json.WriteString("namespace"u8, identifier.Namespace);
            TextUnlessEmpty("scope"u8, identifier.Scope);
            json.WriteString("value"u8, identifier.Value);
            if (identifier.Verified) json.WriteBoolean("verified"u8, true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void Data(CommandBody body)
    {
        switch (body)
        {
            case OrderReported order: Order(order); break;
            case RefundSucceeded refund: Refund(refund); break;
            case MemberJoined joined: Joined(joined); break;
            case MemberUpdated updated: Profile(updated.Profile); break;
            case MemberLeft left: Left(left); break;
            case InteractionHappened interaction: Interaction(interaction); break;
            case ConsentChanged consent: Consent(consent); break;
            case PointsAdjusted points: Points(points); break;
            case PointsRedeemed redeemed: Redeemed(redeemed); break;
            case RedemptionSettled settled: Settled(settled); break;
            default: throw new ArgumentException($"{body.Type} is no event of the wire.", nameof(body));
        }
    }

    private void Order(OrderReported order)
    {
        json.WriteString("order"u8, order.Number);
        if (order.Content is not { } content) return;
        json.WriteString("currency"u8, content.Currency);
        if (content.Kind != OrderKind.Sale) json.WriteString("kind"u8, KindNames[(int)content.Kind]);
        json.WriteStartArray("lines"u8);
        foreach (var line in content.Lines) Line(line);
        json.WriteEndArray();
        NumberUnlessZero("shipping_minor"u8, content.ShippingMinor);
        NumberUnlessZero("discount_minor"u8, content.DiscountMinor);
        json.WriteNumber("total_minor"u8, content.TotalMinor);
        Payments(content.Payments);
        TextUnlessNull("store"u8, content.Store);
        TextUnlessNull("origin"u8, content.Origin);
        NumberUnlessZero("version"u8, content.Version);
    }

    private void Line(OrderLine line)
    {
        json.WriteStartObject();
        json.WriteString("line"u8, line.Line);
        json.WriteString("sku"u8, line.Sku);
        TextUnlessNull("name"u8, line.Name);
        TextUnlessNull("category"u8, line.Category);
        json.WriteNumber("quantity"u8, line.Quantity);
        json.WriteNumber("unit_price_minor"u8, line.UnitPriceMinor);
        json.WriteNumber("amount_minor"u8, line.AmountMinor);
        json.WriteEndObject();
    }

    private void Payments(ImmutableArray<Payment> payments)
    {
        if (payments.IsDefaultOrEmpty) return;
        json.WriteStartArray("payments"u8);
        foreach (var payment in payments)
        {
            json.WriteStartObject();
            json.WriteString("method"u8, payment.Method);
            json.WriteNumber("amount_minor"u8, payment.AmountMinor);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void Refund(RefundSucceeded refund)
    {
        json.WriteString("refund"u8, refund.Refund);
        TextUnlessNull("order"u8, refund.Order);
        json.WriteString("currency"u8, refund.Currency);
        json.WriteNumber("amount_minor"u8, refund.AmountMinor);
        if (!refund.Lines.IsDefaultOrEmpty)
        {
            json.WriteStartArray("lines"u8);
            foreach (var line in refund.Lines) RefundLine(line);
            json.WriteEndArray();
        }
        TextUnlessNull("reason"u8, refund.Reason);
    }

    private void RefundLine(RefundLine line)
    {
        json.WriteStartObject();
        TextUnlessNull("line"u8, line.Line);
        TextUnlessNull("sku"u8, line.Sku);
        TextUnlessNull("name"u8, line.Name);
        NumberUnlessZero("quantity"u8, line.Quantity);
        json.WriteNumber("amount_minor"u8, line.AmountMinor);
        json.WriteEndObject();
    }

    private void Joined(MemberJoined joined)
    {
        TextUnlessEmpty("program"u8, joined.Program);
        TextUnlessNull("card"u8, joined.Card);
        Profile(joined.Profile);
    }

    private void Left(MemberLeft left)
    {
        TextUnlessEmpty("program"u8, left.Program);
        TextUnlessNull("reason"u8, left.Reason);
    }

    private void Profile(Profile profile)
    {
        json.WriteStartObject("profile"u8);
        TextUnlessNull("name"u8, profile.Name);
        TextUnlessNull("gender"u8, profile.Gender);
        TextUnlessNull("birthday"u8, profile.Birthday);
        TextUnlessNull("province"u8, profile.Province);
        TextUnlessNull("city"u8, profile.City);
        TextUnlessNull("language"u8, profile.Language);
        Texts("attributes"u8, profile.Attributes);
        json.WriteEndObject();
    }

    private void Interaction(InteractionHappened interaction)
    {
        json.WriteString("kind"u8, interaction.Kind);
        Texts("properties"u8, interaction.Properties);
    }

    private void Consent(ConsentChanged consent)
    {
        json.WriteString("via"u8, consent.Via.ToString().ToLowerInvariant());
        json.WriteString("purpose"u8, consent.Purpose);
        TextUnlessEmpty("point"u8, consent.Point);
        json.WriteBoolean("granted"u8, consent.Granted);
        TextUnlessNull("evidence"u8, consent.Evidence);
    }

    private void Points(PointsAdjusted points)
    {
        Ledger(points.Program);
        json.WriteNumber("points"u8, points.Points);
        json.WriteString("reason"u8, points.Reason);
        if (points.ExpiresAtMs is { } expires) Time("expires_at"u8, expires);
    }

    private void Ledger(string ledger)
    {
        TextUnlessEmpty("program"u8, PointTypes.ProgramOf(ledger));
        if (PointTypes.IsOfFurtherType(ledger)) json.WriteString("point_type"u8, PointTypes.TypeOf(ledger));
    }

    private void Redeemed(PointsRedeemed redeemed)
    {
        Ledger(redeemed.Program);
        json.WriteNumber("points"u8, redeemed.Points);
        TextUnlessNull("reason"u8, redeemed.Reason);
        TextUnlessNull("order"u8, redeemed.Order);
        if (redeemed.EndsAtMs is { } ends) Time("ends_at"u8, ends);
    }

    private void Settled(RedemptionSettled settled)
    {
        json.WriteString("redemption"u8, settled.Redemption);
        if (settled.Points is { } points) json.WriteNumber("points"u8, points);
    }

    private void Texts(ReadOnlySpan<byte> name, ImmutableSortedDictionary<string, string> texts)
    {
        if (texts.IsEmpty) return;
        json.WriteStartObject(name);
        foreach (var (key, value) in texts) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private void Time(ReadOnlySpan<byte> name, long ms)
    {
        Span<byte> text = stackalloc byte[32];
        DateTimeOffset.FromUnixTimeMilliseconds(ms).TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }

    private void TextUnlessEmpty(ReadOnlySpan<byte> name, string text)
    {
        if (text.Length > 0) json.WriteString(name, text);
    }

    private void TextUnlessNull(ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }

    private void NumberUnlessZero(ReadOnlySpan<byte> name, long number)
    {
        if (number != 0) json.WriteNumber(name, number);
    }
}
