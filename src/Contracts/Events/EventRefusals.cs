namespace Danke.Contracts.Events;

/// <summary>One thing that is wrong with an event.</summary>
/// <param name="Code">One of <see cref="EventRefusals"/>; stable.</param>
/// <param name="Path">Where, as a JSON path: <c>$.data.lines[0].amount_minor</c>.</param>
/// <param name="Detail">What is wrong and what to do, for a person to read. Never holds a value of the event.</param>
public sealed record EventProblem(string Code, string Path, string Detail);

/// <summary>
/// Why an event is refused before it reaches the Door, each code once. Codes are stable: senders branch on them, the
/// console translates them, docs/events/refusals.md explains them.
/// </summary>
public static class EventRefusals
{
    public const string JsonInvalid = "json_invalid";
    public const string JsonTooDeep = "json_too_deep";
    public const string EventTooLarge = "event_too_large";
    public const string EncodingInvalid = "encoding_invalid";
    public const string TextInvalid = "text_invalid";
    public const string TextTooLong = "text_too_long";
    public const string FieldMissing = "field_missing";
    public const string FieldType = "field_type";
    public const string FieldUnknown = "field_unknown";
    public const string FieldDuplicate = "field_duplicate";
    public const string FieldInvalid = "field_invalid";
    public const string TypeUnknown = "type_unknown";
    public const string TimeInvalid = "time_invalid";
    public const string TimeWithoutZone = "time_without_zone";
    public const string TimeOutOfRange = "time_out_of_range";
    public const string TimeInFuture = "time_in_future";
    public const string CurrencyUnknown = "currency_unknown";
    public const string AmountNegative = "amount_negative";
    public const string NumberOutOfRange = "number_out_of_range";
    public const string OrderTotalMismatch = "order_total_mismatch";
    public const string TooManyItems = "too_many_items";

    public static readonly IReadOnlyList<string> All =
    [
        JsonInvalid, JsonTooDeep, EventTooLarge, EncodingInvalid, TextInvalid, TextTooLong, FieldMissing, FieldType, FieldUnknown, FieldDuplicate,
        FieldInvalid, TypeUnknown, TimeInvalid, TimeWithoutZone, TimeOutOfRange, TimeInFuture, CurrencyUnknown, AmountNegative, NumberOutOfRange,
        OrderTotalMismatch, TooManyItems,
    ];
}
