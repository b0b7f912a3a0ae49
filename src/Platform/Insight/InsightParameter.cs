using System.Collections;
using System.Globalization;
using System.Text;

namespace Danke.Platform.Insight;

/// <summary>Values as ClickHouse reads <c>param_NAME</c>: tab-separated text with its escapes; quotes inside arrays.</summary>
internal static class InsightParameter
{
    public static string Text(object? value) => value switch
    {
        null => "\\N",
        string text => Escaped(text),
        IEnumerable items => Array(items),
        _ => Plain(value),
    };

    private static string Plain(object value) => value switch
    {
        bool flag => flag ? "1" : "0",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"{value.GetType().Name} is no Insight parameter.", nameof(value)),
    };

    private static string Array(IEnumerable items)
    {
        var text = new StringBuilder("[");
        foreach (var item in items)
        {
            if (text.Length > 1) text.Append(',');
            text.Append(item switch
            {
                null => "NULL",
                string each => $"'{Escaped(each)}'",
                DateOnly or DateTimeOffset => $"'{Plain(item)}'",
                _ => Plain(item),
            });
        }
        return text.Append(']').ToString();
    }

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\0", "\\0", StringComparison.Ordinal);
}
