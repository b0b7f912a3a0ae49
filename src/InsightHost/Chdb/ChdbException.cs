using System.Globalization;
using System.Text.RegularExpressions;

namespace Danke.InsightHost.Chdb;

/// <summary>The library said no. <see cref="Code"/> is ClickHouse's error code; 0 when it gave none.</summary>
internal sealed partial class ChdbException(int code, string message) : Exception(message)
{
    public int Code => code;

    /// <summary>Reads the code out of <c>Code: 62. DB::Exception: …</c>.</summary>
    public static ChdbException Of(string message)
    {
        var match = CodeInText().Match(message);
        return new ChdbException(match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0, message.Trim());
    }

    [GeneratedRegex(@"Code: (\d+)\.")]
    private static partial Regex CodeInText();
}
