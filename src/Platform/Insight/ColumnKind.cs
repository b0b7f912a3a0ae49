namespace Danke.Platform.Insight;

/// <summary>How a column's value is written: the few of ClickHouse's types that the Books' whole numbers and texts become.</summary>
internal enum ColumnKind { UInt8, UInt32, UInt64, Int64, NullableInt64, Text, Texts, TextMap }

internal static class ColumnKinds
{
    /// <exception cref="NotSupportedException">Another type.</exception>
    public static ColumnKind Of(string type) => type.Replace(" ", "", StringComparison.Ordinal) switch
    {
        "UInt8" => ColumnKind.UInt8,
        "UInt32" => ColumnKind.UInt32,
        "UInt64" => ColumnKind.UInt64,
        "Int64" or "DateTime64(3,'UTC')" => ColumnKind.Int64,
        "Nullable(Int64)" or "Nullable(DateTime64(3,'UTC'))" => ColumnKind.NullableInt64,
        "String" or "LowCardinality(String)" => ColumnKind.Text,
        "Array(String)" or "Array(LowCardinality(String))" => ColumnKind.Texts,
        "Map(String,String)" or "Map(LowCardinality(String),String)" => ColumnKind.TextMap,
        _ => throw new NotSupportedException($"Insight tables have no columns of type {type}."),
    };
}
