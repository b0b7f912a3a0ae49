using System.Data.Common;
using System.Globalization;
using System.Text;
using Npgsql;

namespace Danke.Platform.Books;

/// <summary>Reading rows by hand-written maps: no reflection on the hot path.</summary>
public static class Reading
{
    internal static async Task<List<T>> Rows<T>(
        DbConnection connection, DbTransaction? transaction, Dialect dialect, string sql, Func<DbDataReader, T> map,
        (string Name, object? Value)[]? args, CancellationToken cancel)
    {
        await using var command = Command(connection, transaction, dialect, sql, args);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel)) rows.Add(map(reader));
        return rows;
    }

    internal static DbCommand Command(
        DbConnection connection, DbTransaction? transaction, Dialect dialect, string sql, (string Name, object? Value)[]? args)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = Sql.Localise(sql, dialect);
        foreach (var (name, value) in args ?? [])
        {
            if (dialect == Dialect.Postgres)
            {
                command.Parameters.Add(ForPostgres(name, value));
                continue;
            }
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value is null ? DBNull.Value : ForSqlite(value));
            command.Parameters.Add(parameter);
        }
        return command;
    }

    internal static NpgsqlParameter ForPostgres(string name, object? value) =>
        value is null ? new NpgsqlParameter(name, NpgsqlTypes.NpgsqlDbType.Text) { Value = DBNull.Value } : new NpgsqlParameter(name, value);

    // Sets travel as one JSON array: SQLite has no array parameters.
    private static object ForSqlite(object value) => value switch
    {
        long[] keys => "[" + string.Join(',', keys.Select(k => k.ToString(CultureInfo.InvariantCulture))) + "]",
        string[] keys => System.Text.Json.JsonSerializer.Serialize(keys),
        byte[][] keys => HexArray(keys),
        bool flag => flag ? 1L : 0L,
        _ => value,
    };

    private static string HexArray(byte[][] keys)
    {
        var text = new StringBuilder("[", keys.Length * 36 + 2);
        foreach (var key in keys)
        {
            if (text.Length > 1) text.Append(',');
            text.Append('"').Append(Convert.ToHexString(key)).Append('"');
        }
        return text.Append(']').ToString();
    }

    public static string? TextOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static long? LongOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public static byte[] Bytes(this DbDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);
}
