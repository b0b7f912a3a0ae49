using System.Text;
using System.Text.RegularExpressions;
using Danke.InsightHost.Chdb;

namespace Danke.InsightHost.Http;

/// <summary>What one has to know of a statement's text before ClickHouse parses it.</summary>
internal sealed partial record Statement(string Sql, bool Writes)
{
    /// <summary>The statement as the library wants it: data come from the file.</summary>
    public static Statement Of(string query, string? dataFile)
    {
        var sql = query.Trim();
        if (sql.EndsWith(';')) sql = sql[..^1];
        if (sql.Length == 0) throw new ChdbException(62, "Code: 62. DB::Exception: Syntax error: Empty query. (SYNTAX_ERROR)");
        if (HasSecond(sql)) throw new ChdbException(62, "Code: 62. DB::Exception: Syntax error (Multi-statements are not allowed). (SYNTAX_ERROR)");
        if (dataFile is not null) sql = InsertFormat().Replace(sql, match => $"{match.Groups["into"].Value.TrimEnd()} FROM INFILE '{dataFile}' {match.Groups["rest"].Value}");
        return new Statement(sql, !Reading().IsMatch(sql));
    }

    /// <summary>An INSERT that ends in its format: the data follow elsewhere.</summary>
    public static bool TakesData(string query) => InsertFormat().IsMatch(query.Trim().TrimEnd(';'));

    /// <summary>Where the data begin in a body that holds <c>INSERT … FORMAT X</c>, a line end, and data.</summary>
    public static int? SplitAtData(ReadOnlySpan<byte> body)
    {
        var head = Encoding.Latin1.GetString(body[..Math.Min(body.Length, 65_536)]);
        return InsertThenData().Match(head) is { Success: true } match ? match.Length : null;
    }

    // A semicolon outside of quotes and comments, and something behind it.
    private static bool HasSecond(string sql)
    {
        var plain = Quoted().Replace(sql, " ");
        var end = plain.IndexOf(';', StringComparison.Ordinal);
        return end >= 0 && plain[(end + 1)..].Trim().Length > 0;
    }

    [GeneratedRegex(@"^(?<into>INSERT\s+INTO\s.+?)(?<rest>(\s+SETTINGS\s[^()]*)?\s+FORMAT\s+(?!VALUES\b)\w+)$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex InsertFormat();

    [GeneratedRegex(@"^\s*INSERT\s+INTO\s[^;]+?\sFORMAT\s+(?!VALUES\b)\w+[ \t]*\r?\n", RegexOptions.IgnoreCase)]
    private static partial Regex InsertThenData();

    [GeneratedRegex(@"^(\s|--[^\n]*\n|/\*.*?\*/|\()*(SELECT|WITH|SHOW|DESC|DESCRIBE|EXISTS|EXPLAIN)\b", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Reading();

    [GeneratedRegex(@"'(\\.|''|[^'\\])*'|`(\\.|[^`\\])*`|""(\\.|[^""\\])*""|--[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Quoted();
}
