using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;

namespace Danke.Contracts.Events;

// The data of each type of event.
public sealed partial class EventJsonReader
{
    private static readonly (byte[] Bytes, string Type)[] TypeNames = new[]
    {
        "order.placed", "order.paid", "order.shipped", "order.completed", "order.closed", "refund.succeeded", "member.joined", "member.updated",
        "member.left", "interaction.happened", "consent.changed", "points.adjusted", "points.redeemed", "points.reserved", "points.confirmed", "points.released", "points.returned",
    }.Select(type => (System.Text.Encoding.UTF8.GetBytes(type), type)).ToArray();

    /// <summary>The event types there are.</summary>
    public static IReadOnlyList<string> Types { get; } = TypeNames.Select(t => t.Type).ToArray();

    private static readonly FieldNames OrderNames =
        new("order", "currency", "kind", "lines", "shipping_minor", "discount_minor", "total_minor", "payments", "store", "origin", "version");
    private static readonly FieldNames LineNames = new("line", "sku", "name", "category", "quantity", "unit_price_minor", "amount_minor");
    private static readonly FieldNames PaymentNames = new("method", "amount_minor");
    private static readonly FieldNames RefundNames = new("refund", "order", "currency", "amount_minor", "lines", "reason");
    private static readonly FieldNames RefundLineNames = new("line", "sku", "name", "quantity", "amount_minor");
    private static readonly FieldNames JoinedNames = new("program", "card", "profile");
    private static readonly FieldNames UpdatedNames = new("profile");
    private static readonly FieldNames LeftNames = new("program", "reason");
    private static readonly FieldNames ProfileNames = new("name", "gender", "birthday", "province", "city", "language", "attributes");
    private static readonly FieldNames InteractionNames = new("kind", "properties");
    private static readonly FieldNames ConsentNames = new("via", "purpose", "point", "granted", "evidence");
    private static readonly FieldNames PointsNames = new("program", "points", "reason", "expires_at", "point_type");
    private static readonly FieldNames RedeemedNames = new("program", "points", "reason", "order", "point_type");
    private static readonly FieldNames ReservedNames = new("program", "points", "reason", "order", "point_type", "ends_at");
    private static readonly FieldNames SettledNames = new("redemption", "points");

    private readonly List<OrderLine> lines = [];
    private readonly List<Payment> payments = [];
    private readonly List<RefundLine> refundLines = [];
    private readonly HashSet<string> lineIds = new(StringComparer.Ordinal);
    private bool negativeLine;

    private CommandBody? Data(ref Utf8JsonReader reader, string? type)
    {
        if (!Expect(ref reader, JsonTokenType.StartObject, "$.data", "an object")) return null;
        switch (type)
        {
            case "order.placed": return Order(ref reader, OrderStep.Placed);
            case "order.paid": return Order(ref reader, OrderStep.Paid);
            case "order.shipped": return Order(ref reader, OrderStep.Shipped);
            case "order.completed": return Order(ref reader, OrderStep.Completed);
            case "order.closed": return Order(ref reader, OrderStep.Closed);
            case "refund.succeeded": return Refund(ref reader);
            case "member.joined": return Joined(ref reader);
            case "member.updated": return Updated(ref reader);
            case "member.left": return Left(ref reader);
            case "interaction.happened": return Interaction(ref reader);
            case "consent.changed": return Consent(ref reader);
            case "points.adjusted": return Points(ref reader);
            case "points.redeemed": return Redeemed(ref reader, false);
            case "points.reserved": return Redeemed(ref reader, true);
            case "points.confirmed": return Settled(ref reader, RedemptionStep.Confirmed);
            case "points.released": return Settled(ref reader, RedemptionStep.Released);
            case "points.returned": return Settled(ref reader, RedemptionStep.Returned);
            default:
                reader.Skip();
                return null;
        }
    }

    private OrderReported Order(ref Utf8JsonReader reader, OrderStep step)
    {
        const uint justTheStep = 1;
        string? number = null, currency = null, store = null, origin = null;
        var kind = OrderKind.Sale;
        long shipping = 0, discount = 0, total = 0, version = 0;
        lines.Clear();
        payments.Clear();
        negativeLine = false;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, OrderNames, ref seen, ref field, "$.data"))
            switch (field)
            {
                case 0: number = Text(ref reader, "$.data.order", 100, pooled: false); break;
                case 1: currency = Currency(ref reader, "$.data.currency"); break;
                case 2: kind = Choice(ref reader, "$.data.kind", KindNames) == 1 ? OrderKind.Adjustment : OrderKind.Sale; break;
                case 3: Lines(ref reader); break;
                case 4: shipping = Money(ref reader, "$.data.shipping_minor"); break;
                case 5: discount = Money(ref reader, "$.data.discount_minor"); break;
                case 6: total = Money(ref reader, "$.data.total_minor"); break;
                case 7: Payments(ref reader); break;
                case 8: store = PlaceName(ref reader, "$.data.store"); break;
                case 9: origin = Origin(ref reader); break;
                case 10: version = NotNegative(Whole(ref reader, "$.data.version", long.MaxValue, "a whole number"), "$.data.version", EventRefusals.NumberOutOfRange, "Must not be negative."); break;
            }
        Require(seen, 0, "$.data.order", "Give the order's number.");
        if ((seen & ~justTheStep) == 0) return new OrderReported(step, number ?? "", null);

        Require(seen, 1, "$.data.currency", "Give the currency, e.g. CNY; or send only the order's number when its content was sent before.");
        Require(seen, 3, "$.data.lines", "Give the lines; or send only the order's number when its content was sent before.");
        if (problems.Count == 0) CheckAmounts(kind, shipping, discount);
        if (problems.Count > 0) return new OrderReported(step, number ?? "", null);

        var sum = shipping - discount;
        foreach (var line in lines) sum += line.AmountMinor;
        if ((seen & 1 << 6) == 0) total = sum;
        if (total != sum)
            Fail(EventRefusals.OrderTotalMismatch, "$.data.total_minor", $"Lines + shipping − discount make {sum}, not {total}. Correct one of them, or leave total_minor out.");
        else if (total < 0 && kind == OrderKind.Sale)
            Fail(EventRefusals.AmountNegative, "$.data.total_minor", "A sale's total cannot be negative. Send a refund.succeeded, or kind adjustment for a correction of the books.");
        return new OrderReported(step, number!, new OrderContent
        {
            Currency = currency!,
            Kind = kind,
            Lines = [.. lines],
            ShippingMinor = shipping,
            DiscountMinor = discount,
            TotalMinor = total,
            Payments = [.. payments],
            Store = store is "" ? null : store,
            Origin = origin,
            Version = version,
        });
    }

    private void CheckAmounts(OrderKind kind, long shipping, long discount)
    {
        const string how = "Negative only in kind adjustment; money that went back is a refund.succeeded.";
        if (lines.Count == 0) Fail(EventRefusals.FieldMissing, "$.data.lines", "At least one line.");
        if (kind == OrderKind.Adjustment) return;
        if (shipping < 0) Fail(EventRefusals.AmountNegative, "$.data.shipping_minor", how);
        if (discount < 0) Fail(EventRefusals.AmountNegative, "$.data.discount_minor", "A discount is given as a positive amount.");
        for (var i = 0; negativeLine && i < lines.Count; i++)
            if (lines[i] is var line && (line.Quantity < 0 || line.UnitPriceMinor < 0 || line.AmountMinor < 0))
                Fail(EventRefusals.AmountNegative,
                    $"$.data.lines[{i}].{(line.Quantity < 0 ? "quantity" : line.AmountMinor < 0 ? "amount_minor" : "unit_price_minor")}", how);
        for (var i = 0; i < payments.Count; i++)
            if (payments[i].AmountMinor < 0) Fail(EventRefusals.AmountNegative, $"$.data.payments[{i}].amount_minor", how);
    }

    private void Lines(ref Utf8JsonReader reader)
    {
        if (!Expect(ref reader, JsonTokenType.StartArray, "$.data.lines", "a list")) return;
        lineIds.Clear();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (lines.Count == MostLines)
            {
                Fail(EventRefusals.TooManyItems, "$.data.lines", $"At most {MostLines} lines.");
                SkipToEnd(ref reader, JsonTokenType.EndArray);
                return;
            }
            var line = Line(ref reader, new Where("$.data.lines", lines.Count));
            CheckLineId(line.Line, lines.Count);
            negativeLine |= line.Quantity < 0 || line.UnitPriceMinor < 0 || line.AmountMinor < 0;
            lines.Add(line);
        }
    }

    private OrderLine Line(ref Utf8JsonReader reader, in Where where)
    {
        if (!Expect(ref reader, JsonTokenType.StartObject, where, "an object")) return default;
        string? id = null, sku = null, name = null, category = null;
        long quantity = 0, unitPrice = 0, amount = 0;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, LineNames, ref seen, ref field, where))
            switch (field)
            {
                case 0: id = Text(ref reader, where.Of("line"), 64, pooled: true); break;
                case 1: sku = Text(ref reader, where.Of("sku"), 100, pooled: true); break;
                case 2: name = Text(ref reader, where.Of("name"), 500, pooled: true, emptyAllowed: true, linesAllowed: true); break;
                case 3: category = Text(ref reader, where.Of("category"), 200, pooled: true, emptyAllowed: true); break;
                case 4: quantity = Whole(ref reader, where.Of("quantity"), MostQuantity, "a whole number of pieces"); break;
                case 5: unitPrice = Money(ref reader, where.Of("unit_price_minor")); break;
                case 6: amount = Money(ref reader, where.Of("amount_minor")); break;
            }
        Require(seen, 1, where.Of("sku"), "Say what was bought.");
        Require(seen, 4, where.Of("quantity"), "Say how many were bought.");
        if ((seen & 1 << 6) == 0) amount = AmountOf(quantity, unitPrice, (seen & 1 << 5) != 0, where);
        else if ((seen & 1 << 5) == 0) unitPrice = quantity == 0 ? amount : amount / quantity;
        return new OrderLine(id ?? Position(lines.Count + 1), sku ?? "", name, category, quantity, unitPrice, amount);
    }

    private long AmountOf(long quantity, long unitPrice, bool priced, in Where where)
    {
        if (!priced)
        {
            Fail(EventRefusals.FieldMissing, where.Of("amount_minor"), "Say what the buyer pays for the line, in minor units.");
            return 0;
        }
        var product = (Int128)quantity * unitPrice;
        if (product <= MostMoney && product >= -MostMoney) return (long)product;
        Fail(EventRefusals.NumberOutOfRange, where.Of("amount_minor"), "Quantity × unit price is more money than there is.");
        return 0;
    }

    // Refunds and reports speak of a line by its id: within an order it means one line. Nearly all orders have few lines.
    private void CheckLineId(string? id, int before)
    {
        if (id is null) return;
        var known = false;
        if (before < 8)
            for (var i = 0; i < before && !known; i++) known = lines[i].Line == id;
        else
        {
            if (before == 8) foreach (var line in lines) lineIds.Add(line.Line ?? "");
            known = !lineIds.Add(id);
        }
        if (known) Fail(EventRefusals.FieldDuplicate, $"$.data.lines[{before}].line", "Another line of the order has this id. Number the lines, or leave line out.");
    }

    private static readonly string[] Positions = Enumerable.Range(0, 100).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();

    private static string Position(int position) => position < Positions.Length ? Positions[position] : position.ToString(CultureInfo.InvariantCulture);

    private void Payments(ref Utf8JsonReader reader)
    {
        if (!Expect(ref reader, JsonTokenType.StartArray, "$.data.payments", "a list")) return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (payments.Count == MostPayments)
            {
                Fail(EventRefusals.TooManyItems, "$.data.payments", $"At most {MostPayments} payments.");
                SkipToEnd(ref reader, JsonTokenType.EndArray);
                return;
            }
            payments.Add(PaymentAt(ref reader, new Where("$.data.payments", payments.Count)));
        }
    }

    private Payment PaymentAt(ref Utf8JsonReader reader, in Where where)
    {
        if (!Expect(ref reader, JsonTokenType.StartObject, where, "an object")) return default;
        string? method = null;
        long amount = 0;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, PaymentNames, ref seen, ref field, where))
            if (field == 0) method = Text(ref reader, where.Of("method"), 64, pooled: true);
            else amount = Money(ref reader, where.Of("amount_minor"));
        Require(seen, 0, where.Of("method"), "Say how it was paid, e.g. alipay.");
        Require(seen, 1, where.Of("amount_minor"), "Say how much was paid, in minor units.");
        return new Payment(method ?? "", amount);
    }

    private string? Origin(ref Utf8JsonReader reader)
    {
        var origin = Text(ref reader, "$.data.origin", 200, pooled: false);
        if (origin is null) return null;
        // Kept in one form, however it was written: copies of an order are found by it.
        if (OrderName.OfOrigin(origin) is var (channel, shop, number)) return OrderName.Origin(channel, shop, number);
        Fail(EventRefusals.FieldInvalid, "$.data.origin", "Must be channel:shop:number of the order this one is a copy of, or channel/shop/number.");
        return null;
    }

    private RefundSucceeded Refund(ref Utf8JsonReader reader)
    {
        string? refund = null, order = null, currency = null, reason = null;
        long amount = 0;
        refundLines.Clear();
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, RefundNames, ref seen, ref field, "$.data"))
            switch (field)
            {
                case 0: refund = Text(ref reader, "$.data.refund", 100, pooled: false); break;
                case 1: order = Text(ref reader, "$.data.order", 100, pooled: false); break;
                case 2: currency = Currency(ref reader, "$.data.currency"); break;
                case 3: amount = NotNegativeMoney(ref reader, "$.data.amount_minor"); break;
                case 4: RefundLines(ref reader); break;
                case 5: reason = Text(ref reader, "$.data.reason", 500, pooled: true, emptyAllowed: true, linesAllowed: true); break;
            }
        Require(seen, 0, "$.data.refund", "Give the refund's number.");
        Require(seen, 2, "$.data.currency", "Give the currency, e.g. CNY.");
        Require(seen, 3, "$.data.amount_minor", "Say how much was paid back, in minor units.");
        return new RefundSucceeded(refund ?? "", order, currency ?? "", amount, [.. refundLines], reason);
    }

    private void RefundLines(ref Utf8JsonReader reader)
    {
        if (!Expect(ref reader, JsonTokenType.StartArray, "$.data.lines", "a list")) return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (refundLines.Count == MostLines)
            {
                Fail(EventRefusals.TooManyItems, "$.data.lines", $"At most {MostLines} lines.");
                SkipToEnd(ref reader, JsonTokenType.EndArray);
                return;
            }
            refundLines.Add(RefundLineAt(ref reader, new Where("$.data.lines", refundLines.Count)));
        }
    }

    private RefundLine RefundLineAt(ref Utf8JsonReader reader, in Where where)
    {
        if (!Expect(ref reader, JsonTokenType.StartObject, where, "an object")) return default;
        string? id = null, sku = null, name = null;
        long quantity = 0, amount = 0;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, RefundLineNames, ref seen, ref field, where))
            switch (field)
            {
                case 0: id = Text(ref reader, where.Of("line"), 64, pooled: true); break;
                case 1: sku = Text(ref reader, where.Of("sku"), 100, pooled: true); break;
                case 2: name = Text(ref reader, where.Of("name"), 500, pooled: true, emptyAllowed: true, linesAllowed: true); break;
                case 3:
                    quantity = NotNegative(Whole(ref reader, where.Of("quantity"), MostQuantity, "a whole number of pieces"), where.Of("quantity"),
                        EventRefusals.AmountNegative, "What came back is given as a positive quantity.");
                    break;
                case 4: amount = NotNegativeMoney(ref reader, where.Of("amount_minor")); break;
            }
        Require(seen, 4, where.Of("amount_minor"), "Say how much was paid back for the line, in minor units.");
        return new RefundLine(id, sku, name, quantity, amount);
    }

    private MemberJoined Joined(ref Utf8JsonReader reader)
    {
        string? program = null, card = null;
        var profile = Profile.Empty;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, JoinedNames, ref seen, ref field, "$.data"))
            switch (field)
            {
                case 0: program = Program(ref reader); break;
                case 1: card = Text(ref reader, "$.data.card", 64, pooled: false); break;
                case 2: profile = ProfileAt(ref reader); break;
            }
        return new MemberJoined(program ?? "", card, profile);
    }

    private MemberUpdated Updated(ref Utf8JsonReader reader)
    {
        var profile = Profile.Empty;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, UpdatedNames, ref seen, ref field, "$.data")) profile = ProfileAt(ref reader);
        Require(seen, 0, "$.data.profile", "Say what is new of the person.");
        return new MemberUpdated(profile);
    }

    private MemberLeft Left(ref Utf8JsonReader reader)
    {
        string? program = null, reason = null;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, LeftNames, ref seen, ref field, "$.data"))
            if (field == 0) program = Program(ref reader);
            else reason = Text(ref reader, "$.data.reason", 500, pooled: true, emptyAllowed: true, linesAllowed: true);
        return new MemberLeft(program ?? "", reason);
    }

    private string? Program(ref Utf8JsonReader reader) =>
        Name(ref reader, "$.data.program", 64, Lower, "small letters, digits, _ and -", emptyAllowed: true);

    private string? PointType(ref Utf8JsonReader reader) =>
        Name(ref reader, "$.data.point_type", 32, Lower, "small letters, digits, _ and -", emptyAllowed: true);

    // A further type's ledger is called by its program and its own name.
    private static string Ledger(string? program, string? type) =>
        PointTypes.IsFirst(type) ? program ?? "" : PointTypes.LedgerOf(string.IsNullOrEmpty(program) ? PersonCriteria.DefaultProgram : program, type);

    private Profile ProfileAt(ref Utf8JsonReader reader)
    {
        if (!Expect(ref reader, JsonTokenType.StartObject, "$.data.profile", "an object")) return Profile.Empty;
        string? name = null, gender = null, birthday = null, province = null, city = null, language = null;
        var attributes = ImmutableSortedDictionary<string, string>.Empty;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, ProfileNames, ref seen, ref field, "$.data.profile"))
            switch (field)
            {
                case 0: name = Text(ref reader, "$.data.profile.name", 100, pooled: false); break;
                case 1: gender = Choice(ref reader, "$.data.profile.gender", GenderNames) is >= 0 and var at ? GenderNames[at] : null; break;
                case 2: birthday = Birthday(ref reader); break;
                case 3: province = Text(ref reader, "$.data.profile.province", 50, pooled: true); break;
                case 4: city = Text(ref reader, "$.data.profile.city", 50, pooled: true); break;
                case 5: language = Language(ref reader); break;
                case 6: attributes = Texts(ref reader, "$.data.profile.attributes"); break;
            }
        return new Profile { Name = name, Gender = gender, Birthday = birthday, Province = province, City = city, Language = language, Attributes = attributes };
    }

    private string? Birthday(ref Utf8JsonReader reader)
    {
        var text = Text(ref reader, "$.data.profile.birthday", 10, pooled: true);
        if (text is null) return null;
        // A leap year stands in when the year is not known, so that 29 February is a day.
        var full = text.StartsWith("--", StringComparison.Ordinal) ? "2000-" + text[2..] : text;
        if (DateOnly.TryParseExact(full, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year >= 1900 && new DateTimeOffset(day, default, default).ToUnixTimeMilliseconds() <= nowMs) return text;
        Fail(EventRefusals.FieldInvalid, "$.data.profile.birthday", "Must be a day of the past as 1990-05-17, or --05-17 when the year is not known.");
        return null;
    }

    private string? Language(ref Utf8JsonReader reader)
    {
        var text = Text(ref reader, "$.data.profile.language", 35, pooled: true);
        if (text is null || text.Split('-') is [{ Length: >= 2 and <= 8 }, ..] parts && parts.All(p => p.Length is > 0 and <= 8 && p.All(char.IsAsciiLetterOrDigit))) return text;
        Fail(EventRefusals.FieldInvalid, "$.data.profile.language", "Must be a BCP 47 language, e.g. zh-CN.");
        return null;
    }

    /// <summary>An object of texts by name.</summary>
    private ImmutableSortedDictionary<string, string> Texts(ref Utf8JsonReader reader, string path)
    {
        if (!Expect(ref reader, JsonTokenType.StartObject, path, "an object of texts")) return ImmutableSortedDictionary<string, string>.Empty;
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = TextName(ref reader, path);
            reader.Read();
            var where = new Where(path).Of(name ?? "?");
            var value = reader.TokenType == JsonTokenType.Null ? null : Text(ref reader, where, 1_000, pooled: true, emptyAllowed: true, linesAllowed: true);
            if (name is null || value is null) continue;
            if (texts.Count == MostTexts)
            {
                Fail(EventRefusals.TooManyItems, path, $"At most {MostTexts} of them.");
                SkipToEnd(ref reader, JsonTokenType.EndObject);
                break;
            }
            if (!texts.TryAdd(name, value)) Fail(EventRefusals.FieldDuplicate, where, "The property is there twice; which one is meant? Send it once.");
        }
        return texts.ToImmutable();
    }

    private string? TextName(ref Utf8JsonReader reader, string path)
    {
        if (!reader.ValueIsEscaped && reader.ValueSpan.Length is > 0 and <= 64 && !reader.ValueSpan.Contains((byte)0x7f) && !HasC1Control(reader.ValueSpan))
            return pool.Get(reader.ValueSpan);
        Fail(EventRefusals.FieldInvalid, path, "Names of properties are 1 to 64 bytes, without escapes or control characters.");
        return null;
    }

    private InteractionHappened Interaction(ref Utf8JsonReader reader)
    {
        string? kind = null;
        var properties = ImmutableSortedDictionary<string, string>.Empty;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, InteractionNames, ref seen, ref field, "$.data"))
            if (field == 0) kind = Name(ref reader, "$.data.kind", 64, Kind, "small letters, digits and _ . -");
            else properties = Texts(ref reader, "$.data.properties");
        Require(seen, 0, "$.data.kind", "Say what happened, e.g. page.view.");
        return new InteractionHappened(kind ?? "", properties);
    }

    private ConsentChanged Consent(ref Utf8JsonReader reader)
    {
        string? purpose = null, point = null, evidence = null;
        var via = 0;
        var granted = false;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, ConsentNames, ref seen, ref field, "$.data"))
            switch (field)
            {
                case 0: via = Choice(ref reader, "$.data.via", ViaNames); break;
                case 1: purpose = Name(ref reader, "$.data.purpose", 32, Kind, "small letters, digits and _ . -"); break;
                case 2: point = Text(ref reader, "$.data.point", 256, pooled: false, emptyAllowed: true); break;
                case 3: granted = Flag(ref reader, "$.data.granted"); break;
                case 4: evidence = Text(ref reader, "$.data.evidence", 500, pooled: true, emptyAllowed: true, linesAllowed: true); break;
            }
        Require(seen, 0, "$.data.via", $"Say through what the person may be contacted: {string.Join(", ", ViaNames)}.");
        Require(seen, 1, "$.data.purpose", "Say for what, e.g. marketing.");
        Require(seen, 3, "$.data.granted", "Say whether it is allowed: true or false.");
        return new ConsentChanged((ContactChannel)Math.Max(via, 0), purpose ?? "", point ?? "", granted, evidence);
    }

    private PointsAdjusted Points(ref Utf8JsonReader reader)
    {
        string? program = null, type = null, reason = null;
        long points = 0;
        long? expiresAtMs = null;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, PointsNames, ref seen, ref field, "$.data"))
            switch (field)
            {
                case 0: program = Program(ref reader); break;
                case 1:
                    points = Whole(ref reader, "$.data.points", MostPoints, "a whole number of points");
                    if (points == 0) Fail(EventRefusals.NumberOutOfRange, "$.data.points", "Positive gives, negative takes; zero does nothing.");
                    break;
                case 2: reason = Text(ref reader, "$.data.reason", 500, pooled: true, linesAllowed: true); break;
                case 3: expiresAtMs = Time(ref reader, "$.data.expires_at", future: true); break;
                case 4: type = PointType(ref reader); break;
            }
        Require(seen, 1, "$.data.points", "Say how many points.");
        Require(seen, 2, "$.data.reason", "Say why: it is shown to the member and kept in the ledger.");
        return new PointsAdjusted(Ledger(program, type), points, reason ?? "", expiresAtMs);
    }

    private PointsRedeemed Redeemed(ref Utf8JsonReader reader, bool isReservation)
    {
        string? program = null, type = null, reason = null, order = null;
        long points = 0;
        long? endsAtMs = null;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, isReservation ? ReservedNames : RedeemedNames, ref seen, ref field, "$.data"))
            switch (field)
            {
                case 0: program = Program(ref reader); break;
                case 1: points = SomePoints(ref reader); break;
                case 2: reason = Text(ref reader, "$.data.reason", 500, pooled: true, linesAllowed: true); break;
                case 3: order = Text(ref reader, "$.data.order", 100, pooled: false); break;
                case 4: type = PointType(ref reader); break;
                case 5: endsAtMs = Time(ref reader, "$.data.ends_at", future: true); break;
            }
        Require(seen, 1, "$.data.points", "Say how many points.");
        return new PointsRedeemed(isReservation, Ledger(program, type), points, reason, order, endsAtMs);
    }

    private RedemptionSettled Settled(ref Utf8JsonReader reader, RedemptionStep step)
    {
        string? redemption = null;
        long? points = null;
        uint seen = 0;
        var field = -1;
        while (NextField(ref reader, SettledNames, ref seen, ref field, "$.data"))
            if (field == 0) redemption = Text(ref reader, "$.data.redemption", 200, pooled: false);
            else points = SomePoints(ref reader);
        Require(seen, 0, "$.data.redemption", "Give the id of the event that redeemed or reserved.");
        return new RedemptionSettled(step, redemption ?? "", points);
    }

    private long SomePoints(ref Utf8JsonReader reader)
    {
        var points = Whole(ref reader, "$.data.points", MostPoints, "a whole number of points");
        if (points < 1) Fail(EventRefusals.NumberOutOfRange, "$.data.points", "At least 1.");
        return points;
    }

    private static readonly string[] KindNames = ["sale", "adjustment"];
    private static readonly string[] GenderNames = ["f", "m", "x"];
    private static readonly string[] ViaNames = Enum.GetNames<ContactChannel>().Select(n => n.ToLowerInvariant()).ToArray();

    private int Choice(ref Utf8JsonReader reader, in Where where, string[] names)
    {
        if (!Expect(ref reader, JsonTokenType.String, where, "a text")) return -1;
        for (var i = 0; i < names.Length; i++)
            if (reader.ValueTextEquals(names[i])) return i;
        Fail(EventRefusals.FieldInvalid, where, $"Must be one of {string.Join(", ", names)}.");
        return -1;
    }

    private long NotNegativeMoney(ref Utf8JsonReader reader, in Where where) =>
        NotNegative(Money(ref reader, where), where, EventRefusals.AmountNegative, "Must not be negative: money that went back is given as a positive amount.");

    private long NotNegative(long value, in Where where, string code, string detail)
    {
        if (value >= 0) return value;
        Fail(code, where, detail);
        return 0;
    }
}
