namespace Danke.Intake.Imports;

/// <summary>
/// Why a row of a file does not get into an event; beside them, the event made of it may be refused by
/// <see cref="Contracts.Events.EventRefusals"/> or by the Door. Codes are stable and explained in docs/import.md.
/// </summary>
internal static class ImportRefusals
{
    public const string RowInvalid = "row_invalid";
    public const string ColumnCount = "column_count";
    public const string FieldTooLong = "field_too_long";
    public const string EncodingInvalid = "encoding_invalid";
    public const string ValueInvalid = "value_invalid";
    public const string NoEvent = "no_event";
    public const string GroupReopened = "group_reopened";
    public const string GroupTooLarge = "group_too_large";
    public const string GroupKeyEmpty = "group_key_empty";

    public static readonly IReadOnlyList<string> All =
        [RowInvalid, ColumnCount, FieldTooLong, EncodingInvalid, ValueInvalid, NoEvent, GroupReopened, GroupTooLarge, GroupKeyEmpty];
}
