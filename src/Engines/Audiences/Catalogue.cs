using System.Collections.Immutable;

namespace Danke.Engines.Audiences;

/// <summary>What a field holds, and so which tests it takes.</summary>
public enum FieldType
{
    /// <summary>One word or name; empty when unknown. Takes <c>in</c>.</summary>
    Text,

    /// <summary>Any number of words. Takes <c>contains</c>.</summary>
    Texts,

    /// <summary>A whole number; 0 when unknown. Takes comparisons.</summary>
    Number,

    /// <summary>Minor units of the element's currency: comparable only with amounts in the currency that the question is asked in.</summary>
    Money,

    /// <summary>Yes or no.</summary>
    Flag,

    /// <summary>A moment; may be missing. Takes windows.</summary>
    Instant,
}

public sealed record Field(string Name, FieldType Type);

/// <summary>Something there are many of in a scope, in time: a person's purchases, an order's lines.</summary>
/// <param name="Of">What each of them is.</param>
/// <param name="Timed">They have a moment of their own, so that windows and recency apply.</param>
public sealed record Collection(string Name, Scope Of, bool Timed);

/// <summary>What a condition is asked about - a person, an order, a line - with what is known of it.</summary>
/// <param name="OpenFields">Names that begin with its name are fields of its type, whatever follows; null for none.</param>
public sealed record Scope(string Name, ImmutableArray<Field> Fields, ImmutableArray<Collection> Collections, Field? OpenFields = null)
{
    public Field? FindField(string name) =>
        Fields.FirstOrDefault(f => f.Name == name)
        ?? (OpenFields is { } open && name.Length > open.Name.Length && name.StartsWith(open.Name, StringComparison.Ordinal) ? open with { Name = name } : null);

    public Collection? FindCollection(string name) => Collections.FirstOrDefault(c => c.Name == name);
}

/// <summary>
/// Everything that a condition may name: one list for the editor, the evaluator and the compiler. To let conditions speak of something new,
/// add it here, to the facts and to the compiler's columns; the grammar stays as it is.
/// </summary>
public static class Catalogue
{
    private static readonly Field Properties = new("properties.", FieldType.Text);

    /// <summary>A member's spendable points of one type of the program: <c>points.coins</c>. A type that the program does not have is 0.</summary>
    public static readonly Field PointsOfType = new("points.", FieldType.Number);

    public static readonly Scope Line = new("line",
        [new("sku", FieldType.Text), new("category", FieldType.Text), new("quantity", FieldType.Number)], []);

    public static readonly Scope Order = new("order",
        [
            new("channel", FieldType.Text), new("shop", FieldType.Text), new("store", FieldType.Text), new("status", FieldType.Text),
            new("currency", FieldType.Text), new("amount_minor", FieldType.Money),
        ],
        [new("lines", Line, Timed: false)]);

    public static readonly Scope Refund = new("refund",
        [new("channel", FieldType.Text), new("currency", FieldType.Text), new("amount_minor", FieldType.Money)], []);

    public static readonly Scope Interaction = new("interaction",
        [new("channel", FieldType.Text), new("kind", FieldType.Text)], [], Properties);

    public static readonly Scope Person = new("person",
        [
            new("gender", FieldType.Text), new("province", FieldType.Text), new("city", FieldType.Text), new("first_channel", FieldType.Text),
            new("birth_month", FieldType.Number), new("channels", FieldType.Texts), new("reachable", FieldType.Texts),
            new("first_seen", FieldType.Instant), new("last_seen", FieldType.Instant),
            new("is_member", FieldType.Flag), new("tier", FieldType.Text), new("joined", FieldType.Instant),
            new("points", FieldType.Number), new("growth", FieldType.Number),
            new("household.size", FieldType.Number), new("household.id", FieldType.Number), // who shares no phone or address: 1 and 0
        ],
        [
            new("purchases", Order, Timed: true),       // paid sales that were not refunded in full
            new("orders", Order, Timed: true),          // whatever their status
            new("refunds", Refund, Timed: true),
            new("interactions", Interaction, Timed: true),
        ],
        PointsOfType);

    // What earn rules ask about: a purchase or an interaction as it is judged, with its moment in the program's calendar and its buyer.
    private static readonly Field[] Moment =
        [
            new("at", FieldType.Instant), new("year", FieldType.Number), new("month", FieldType.Number), new("day_of_month", FieldType.Number),
            new("days_to_month_end", FieldType.Number), new("weekday", FieldType.Number), new("hour", FieldType.Number), // weekday: 1 is Monday
            new("tier", FieldType.Text), new("joined", FieldType.Instant), new("birth_month", FieldType.Number), new("is_birth_month", FieldType.Flag),
            new("channel", FieldType.Text), new("shop", FieldType.Text),
        ];

    private static readonly Field[] OfPurchase =
        [
            .. Moment, new("store", FieldType.Text), new("currency", FieldType.Text), new("amount_minor", FieldType.Money), new("nth_order", FieldType.Number),
            new("is_first_order", FieldType.Flag),
        ];

    /// <summary>An order as an earn rule sees it: without what was returned. <c>amount_minor</c> is what was paid for the goods that are kept.</summary>
    public static readonly Scope Purchase = new("purchase", [.. OfPurchase], [new("lines", Line, Timed: false)]);

    /// <summary>A line of it, beside all that is known of the order.</summary>
    public static readonly Scope PurchaseLine = new("purchase_line",
        [.. OfPurchase, new("sku", FieldType.Text), new("category", FieldType.Text), new("quantity", FieldType.Number), new("line_amount_minor", FieldType.Money)],
        [new("lines", Line, Timed: false)]);

    /// <summary>An interaction as an earn rule sees it.</summary>
    public static readonly Scope Deed = new("deed", [.. Moment, new("kind", FieldType.Text)], [], Properties);
}
