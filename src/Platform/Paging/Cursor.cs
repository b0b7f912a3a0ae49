using System.Buffers.Text;
using System.Text.Json;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Http;

namespace Danke.Platform.Paging;

/// <summary>One page of a list: the items and, when there are more, the cursor of the next page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <param name="rows">One more than the limit, when there are more.</param>
    /// <param name="key">The values that the list is ordered by, of its last item: what the next page begins after.</param>
    public static Page<T> Of(IReadOnlyList<T> rows, int limit, Func<T, object[]> key) =>
        rows.Count <= limit ? new Page<T>(rows, null) : new Page<T>([.. rows.Take(limit)], Cursor.Of(key(rows[limit - 1])));
}

/// <summary>
/// Where a page begins: the ordering values of the last row seen, as base64url of a JSON array. To callers it is opaque; it names
/// values and not an offset, so that rows written meanwhile neither repeat nor hide any.
/// </summary>
public static class Cursor
{
    public const int DefaultLimit = 50;

    /// <summary>More than a screen needs and less than hurts.</summary>
    public const int LargestLimit = 500;

    public static string Of(params object[] values) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(values));

    /// <summary>The values of a cursor, all <typeparamref name="T"/>; null when there is no cursor.</summary>
    /// <exception cref="ProblemException">400 <c>bad_cursor</c>: not one of ours, or of another list.</exception>
    public static T[]? Read<T>(string? cursor, int count)
    {
        if (string.IsNullOrEmpty(cursor)) return null;
        try
        {
            if (JsonSerializer.Deserialize<T[]>(Base64Url.DecodeFromChars(cursor)) is { } values && values.Length == count && Array.TrueForAll(values, v => v is not null)) return values;
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            // Falls through: whatever is wrong with it, the answer is the same.
        }
        throw Bad();
    }

    /// <summary>400 <c>bad_cursor</c>, for values that are not of the list.</summary>
    public static ProblemException Bad() => new(StatusCodes.Status400BadRequest, "bad_cursor", "The cursor is not of this list. Begin again without one.");

    /// <summary>For lists ordered by one number, newest first: the number to stay below; the largest when there is no cursor.</summary>
    public static long Before(string? cursor) => Read<long>(cursor, 1)?[0] ?? long.MaxValue;

    /// <summary>How many to answer: 50 when not said, 500 at most.</summary>
    public static int Limit(int? asked) => Math.Clamp(asked ?? DefaultLimit, 1, LargestLimit);
}
