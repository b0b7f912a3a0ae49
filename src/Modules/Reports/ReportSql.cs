using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Danke.Reports;

/// <summary>
/// A report's SQL file by folder and name, with <c>{{name}}</c> replaced by the file of that name in Common: what a sale, a purchase and a
/// movement of money is, is said once.
/// </summary>
internal static partial class ReportSql
{
    private static readonly ConcurrentDictionary<string, string> Files = new();

    // Names like sales_minor are both columns and results: inside an expression the column is meant.
    public static string Load(string file) => Files.GetOrAdd(file, static name => Include(name, 0) + "\nsettings prefer_column_name_to_alias = 1");

    private static string Include(string file, int depth)
    {
        if (depth > 8) throw new InvalidOperationException($"{file} includes itself.");
        var name = $"Danke.Reports.{file.Replace('/', '.')}.sql";
        using var stream = typeof(ReportSql).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"No embedded SQL file {name}.");
        using var reader = new StreamReader(stream);
        return Included().Replace(reader.ReadToEnd().Trim(), match => Include("Common/" + match.Groups[1].Value, depth + 1));
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Included();
}
